// One number for several objects: a sum where sums make sense, a share or mean from its parts, else the one that deserves the look - by name.
import { t } from "@lingui/core/macro";
import { numberOf } from "./object-types.ts";
import type { Column, Reason, Row } from "../live/frame.ts";
import type { WidgetOptions } from "./options.ts";
import { isNoNumber, MISSING, NONE_YET } from "./present.ts";
import { subtotal } from "./subtotals.ts";
import { floorTotals, readerOf, share, sum, type Total } from "./totals.ts";

export interface HeadlineFigure {
  readonly value: number | null;
  /** What it stands for; where there is no value: nothing. */
  readonly words: string;
}

type Wishes = Pick<WidgetOptions, "total" | "part" | "whole" | "thresholds">;

/** The figure of one column (the first, if none is named) over all rows. */
export function headlineOf(rows: readonly Row[], columns: readonly Column[], { total, part, whole, thresholds }: Wishes, ix = 0): HeadlineFigure {
  const column = columns[ix];
  if (column === undefined) return { value: null, words: "" };
  const read = readerOf(columns);
  if (total === "service_level" && ix === 0) return told(floorTotals(rows, read).serviceLevel, rows);
  if (total === "ratio" && ix === 0) return told(share(sum(rows, (row) => read(row, part)), sum(rows, (row) => read(row, whole))), rows);
  const isSum = total === "sum" || (total === "auto" && (column.unit === "count" || column.unit === "number"));
  if (isSum) return told(sum(rows, (row) => numberAt(row, ix)), rows);
  if (total !== "max") {
    const made = subtotal(rows, columns, column);
    if (made.value !== null && made.by !== "extreme") return told(made, rows);
  }
  return worstOf(rows, column, ix, total === "max" ? "above" : (thresholds[column.statType]?.when ?? "above"));
}

/** Why there is no figure, when there is none: the reason that most of the objects give. */
export function missingWord(rows: readonly Row[], ix = 0): string {
  const counts = new Map<Reason, number>();
  for (const row of rows) {
    const cell = row.cells[ix];
    if (cell?.v === null) counts.set(cell.reason ?? "no_data", (counts.get(cell.reason ?? "no_data") ?? 0) + 1);
  }
  const [most] = [...counts].sort((a, b) => b[1] - a[1]);
  return most === undefined ? NONE_YET : MISSING[most[0]];
}

const numberAt = (row: Row, ix: number): number | null => {
  const v = row.cells[ix]?.v;
  return typeof v === "number" ? v : null;
};

function told({ value, isPartial }: Total, rows: readonly Row[]): HeadlineFigure {
  return { value, words: value === null ? "" : isPartial ? t`partial: some have no value` : t`in ${numberOf(typeOf(rows), rows.length)}` };
}

function worstOf(rows: readonly Row[], column: Column, ix: number, worse: "above" | "below"): HeadlineFigure {
  const known = rows.flatMap((row) => {
    const cell = row.cells[ix];
    return typeof cell?.v === "number" && !isNoNumber(cell.flags, column) ? [{ name: row.name, v: cell.v }] : [];
  });
  if (known.length === 0) return { value: null, words: "" };
  const worst = known.reduce((a, b) => ((worse === "above" ? b.v > a.v : b.v < a.v) ? b : a));
  const isNothing = column.unit === "seconds" && worst.v === 0;
  return { value: worst.v, words: isNothing ? t`none of ${numberOf(typeOf(rows), rows.length)}` : worst.name };
}

const typeOf = (rows: readonly Row[]): string => rows[0]?.objectType ?? "";
