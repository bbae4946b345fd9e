// One number for several objects: a sum where sums make sense, a share from its parts, else the one that deserves the look - by name.
import { plural } from "../kit/format.ts";
import type { Column, Row } from "../live/frame.ts";
import type { WidgetOptions } from "./options.ts";
import { isNoNumber } from "./present.ts";
import { floorTotals, readerOf, share, sum, type Total } from "./totals.ts";

export interface HeadlineFigure {
  readonly value: number | null;
  readonly words: string;
}

/** The figure of the first column over all rows. */
export function headlineOf(rows: readonly Row[], columns: readonly Column[], { total, part, whole, thresholds }: Pick<WidgetOptions, "total" | "part" | "whole" | "thresholds">): HeadlineFigure {
  const [column] = columns;
  if (column === undefined) return { value: null, words: "" };
  const read = readerOf(columns);
  if (total === "service_level") return told(floorTotals(rows, read).serviceLevel, rows);
  if (total === "ratio") return told(share(sum(rows, (row) => read(row, part)), sum(rows, (row) => read(row, whole))), rows);
  const isSum = total === "sum" || (total === "auto" && (column.unit === "count" || column.unit === "number"));
  if (isSum) return told(sum(rows, (row) => read(row, column.statType)), rows);
  return worstOf(rows, column, total === "max" ? "above" : (thresholds[column.statType]?.when ?? "above"));
}

function told({ value, isPartial }: Total, rows: readonly Row[]): HeadlineFigure {
  return { value, words: value === null ? "" : isPartial ? "partial: some have no value" : `in ${plural(rows.length, noun(rows))}` };
}

function worstOf(rows: readonly Row[], column: Column, worse: "above" | "below"): HeadlineFigure {
  const known = rows.flatMap((row) => {
    const [cell] = row.cells;
    return typeof cell?.v === "number" && !isNoNumber(cell.flags, column) ? [{ name: row.name, v: cell.v }] : [];
  });
  if (known.length === 0) return { value: null, words: "" };
  const worst = known.reduce((a, b) => ((worse === "above" ? b.v > a.v : b.v < a.v) ? b : a));
  const isNothing = column.unit === "seconds" && worst.v === 0;
  return { value: worst.v, words: isNothing ? `none of ${plural(rows.length, noun(rows))}` : worst.name };
}

const noun = (rows: readonly Row[]): string => (rows[0]?.objectType ?? "object").replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
