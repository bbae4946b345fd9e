// One value as every page shows it: digits, unit, threshold mark, and how far it can be trusted.
import { t } from "@lingui/core/macro";
import { memo, useState } from "react";
import { MISSING_WHY, present, type Presented } from "../floor/present.ts";
import { levelAfter, type Level, type Threshold } from "../floor/thresholds.ts";
import { Mark } from "../kit/marks.tsx";
import type { Cell, Column, Reason } from "../live/frame.ts";
import css from "./figure.module.css";
import { StateShape } from "./state-shape.tsx";

interface Props {
  readonly cell: Cell | undefined;
  readonly column: Column;
  readonly isStale: boolean;
  readonly threshold?: Threshold | undefined;
  /** The name of the link that broke, for the tooltip of a stale value. */
  readonly broken?: string | undefined;
}

export const Figure = memo(function Figure({ cell, column, isStale, threshold, broken }: Props) {
  const shown = present(cell, column, isStale, threshold);
  const level = useLevel(shown.text !== null && typeof cell?.v === "number" ? cell.v : null, threshold);
  const flash = useFlash(column.unit === "seconds" ? "" : shown.raw);
  return (
    <span className={css["figure"]} data-level={level} data-quality={shown.quality} data-flash={flash} data-zero={isZero(shown, level, column) || undefined} title={titleOf(shown, cell, broken)}>
      <Body shown={shown} level={level} />
      {shown.quality.includes("partial") && <span className={css["corner"]} aria-hidden />}
    </span>
  );
});

/** Nobody waiting is nothing to look at; nobody there is. */
const isZero = (shown: Presented, level: Level, column: Column): boolean =>
  (shown.text === "0" || shown.text === "0:00") && level === "calm" && (column.unit === "count" || column.unit === "seconds") && !/Ready|Logged/.test(column.statType);

function Body({ shown, level }: { readonly shown: Presented; readonly level: Level }) {
  if (shown.missing !== null) return <span className={css["missing"]}>{shown.missing}</span>;
  if (shown.state !== null) {
    return (
      <span className={css["state"]}>
        <StateShape kind={shown.state.kind} />
        <span className={css["word"]}>{shown.state.word}</span>
        {shown.state.reason !== null && <span className={css["reason"]}>{shown.state.reason}</span>}
      </span>
    );
  }
  return (
    <>
      {level !== "calm" && <Mark level={level} />}
      <span className={css["digits"]}>
        {shown.text}
        {shown.suffix !== null && <span className={css["suffix"]}>{shown.suffix}</span>}
      </span>
    </>
  );
}

/** The level of a value that remembers: it falls only when the value has come back far enough. */
export function useLevel(value: number | null, threshold: Threshold | undefined): Level {
  const [before, setBefore] = useState<Level>("calm");
  const level = levelAfter(before, value, threshold);
  if (level !== before) setBefore(level);
  return level;
}

/** Alternates between two names of the same animation, so that it starts anew with each change. Not at first sight. */
function useFlash(raw: string): "a" | "b" | undefined {
  const [seen, setSeen] = useState<{ readonly raw: string; readonly flash?: "a" | "b" }>({ raw });
  if (seen.raw !== raw) setSeen({ raw, flash: seen.flash === "a" ? "b" : "a" });
  return seen.flash;
}

function titleOf(shown: Presented, cell: Cell | undefined, broken: string | undefined): string | undefined {
  if (shown.missing !== null) return MISSING_WHY[(cell?.reason ?? "no_data") satisfies Reason];
  if (shown.quality.includes("stale")) return broken === undefined ? t`Stands still: the stream is silent.` : t`Stands still: ${broken}.`;
  if (shown.quality.includes("invalid")) return t`Not reliable: its source is not complete now.`;
  if (shown.quality.includes("partial")) return t`Partial: some events or objects are missing from it.`;
  return undefined;
}

/** The machine-readable side of a cell, which tests and extensions read. */
export function cellData(object: string, column: Column, cell: Cell | undefined, isStale: boolean): Readonly<Record<`data-${string}`, string | undefined>> {
  const { raw, quality } = present(cell, column, isStale);
  const since = typeof cell?.v === "object" && cell.v !== null ? cell.v.since : null;
  return {
    "data-object": object,
    "data-stat": column.statType,
    "data-value": raw,
    "data-at": cell?.at === null || cell === undefined ? "" : String(cell.at),
    "data-quality": quality,
    "data-since": since === null ? undefined : String(since),
  };
}
