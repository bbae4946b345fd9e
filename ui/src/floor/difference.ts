// How a figure differs from another of the same kind, as it is shown and as it is spoken. Pure.
import { t } from "@lingui/core/macro";
import { count, duration, durationWords, THIN } from "../kit/format.ts";
import type { Unit } from "../live/frame.ts";

export interface Difference {
  readonly sign: -1 | 0 | 1;
  /** Without its sign, which is an arrow. */
  readonly text: string;
  readonly spoken: string;
}

/** What can't be seen in the figures is no difference. */
export function differenceOf(now: number, then: number, unit: Unit): Difference {
  const decimals = unit === "number" && !(Number.isInteger(now) && Number.isInteger(then)) ? 1 : 0;
  const size = Number(Math.abs(now - then).toFixed(decimals));
  if (size === 0) return { sign: 0, text: "", spoken: t`as then` };
  const sign = now > then ? 1 : -1;
  const text = unit === "seconds" ? duration(size) : unit === "percent" ? `${count(size)}${THIN}${t({ message: "pts", comment: "Percentage points, very short" })}` : count(size, decimals);
  const said = unit === "seconds" ? durationWords(size) : unit === "percent" ? t`${count(size)} percentage points` : text;
  return { sign, text, spoken: sign > 0 ? t`${said} more` : t`${said} less` };
}
