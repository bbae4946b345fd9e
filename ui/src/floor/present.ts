// One cell as it is shown: text, unit, quality, level, and the same in words for those who listen.
import { t } from "@lingui/core/macro";
import { count, duration, durationWords, percent } from "../kit/format.ts";
import type { Cell, Column, Flag, Reason, Unit } from "../live/frame.ts";
import { floorState, phrase, type FloorState } from "./states.ts";
import { levelOf, type Level, type Threshold } from "./thresholds.ts";

/** The words for a value that is not there. */
export const MISSING: Readonly<Record<Reason, string>> = {
  no_data: t`no data yet`,
  source_down: t`source down`,
  not_permitted: t`not permitted`,
  not_computable: t`not computable`,
  not_kept: t`not kept`,
};

/** A mean or a share of nothing. */
export const NONE_YET = t`none yet`;

/** Why it is not there, in a sentence. */
export const MISSING_WHY: Readonly<Record<Reason, string>> = {
  no_data: t`Nothing has happened yet that this could be computed from.`,
  source_down: t`The source of these events does not answer.`,
  not_permitted: t`Your roles do not include this value.`,
  not_computable: t`It can’t be computed from what this source tells.`,
  not_kept: t`Nothing is stored of it at that time.`,
};

export interface Presented {
  /** The figures, without unit; null for states and missing values. */
  readonly text: string | null;
  readonly suffix: string | null;
  readonly missing: string | null;
  readonly state: FloorState | null;
  readonly level: Level;
  /** Space-separated: good | empty | partial | invalid | stale, or the reason why there is no value. */
  readonly quality: string;
  /** For tests and screen readers. */
  readonly raw: string;
  readonly spoken: string;
}

export function present(cell: Cell | undefined, column: Column, isStale: boolean, threshold?: Threshold): Presented {
  const { v, flags, reason } = cell ?? { v: null, flags: [], reason: "no_data" as const };
  const marks = [...new Set(isStale ? [...flags, "stale"] : flags)];
  const base = { suffix: null, missing: null, state: null, level: "calm" as Level, text: null };
  if (v === null) {
    const why = reason ?? "no_data";
    return { ...base, missing: MISSING[why], quality: [why, ...marks].join(" "), raw: "", spoken: MISSING[why] };
  }
  const quality = marks.length === 0 ? "good" : marks.join(" ");
  if (typeof v === "object") {
    const state = floorState(v);
    return { ...base, state, quality, raw: v.status, spoken: phrase(state) };
  }
  // An average or a share of nothing is no number: saying 0 % would be a lie.
  if (isNoNumber(flags, column)) {
    return { ...base, missing: NONE_YET, quality, raw: String(v), spoken: NONE_YET };
  }
  return {
    ...base,
    text: figure(v, column.unit),
    suffix: column.unit === "percent" ? "%" : null,
    level: levelOf(v, threshold),
    quality,
    raw: String(v),
    spoken: spokenFigure(v, column.unit),
  };
}

/** A share, an average or a formula of nothing; the longest wait of nobody is a plain 0. */
export const isNoNumber = (flags: readonly Flag[], column: Column): boolean => flags.includes("empty") && (column.unit === "percent" || isMean(column) || column.key.startsWith("formula|"));

const isMean = (column: Column): boolean => /^(Average|Min|Curr.*Average)/.test(column.statType);

export function figure(value: number, unit: Unit): string {
  switch (unit) {
    case "seconds":
      return duration(value);
    case "percent":
      return percent(value);
    case "count":
    case "status":
      return count(value);
    case "number":
      return Number.isInteger(value) ? count(value) : count(value, 1);
  }
}

function spokenFigure(value: number, unit: Unit): string {
  if (unit === "seconds") return durationWords(value);
  return unit === "percent" ? t`${percent(value)} percent` : figure(value, unit);
}
