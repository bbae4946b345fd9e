// One number for several objects: a sum where sums make sense, else the one that deserves the look - by name.
import type { Column, Row } from "../live/frame.ts";
import { plural } from "../kit/format.ts";

export interface HeadlineFigure {
  readonly value: number | null;
  readonly words: string;
}

export function headlineOf(rows: readonly Row[], column: Column, worse: "above" | "below"): HeadlineFigure {
  const known = rows.flatMap((row) => {
    const [cell] = row.cells;
    return typeof cell?.v === "number" && !cell.flags.includes("empty") ? [{ name: row.name, v: cell.v }] : [];
  });
  if (known.length === 0) return { value: null, words: "" };
  if (column.unit === "count" || column.unit === "number") {
    const missing = rows.filter((row) => typeof row.cells[0]?.v !== "number").length;
    const all = plural(rows.length, noun(rows));
    return { value: known.reduce((n, { v }) => n + v, 0), words: missing === 0 ? `in ${all}` : `partial: ${missing} of ${all} missing` };
  }
  const worst = known.reduce((a, b) => ((worse === "above" ? b.v > a.v : b.v < a.v) ? b : a));
  const isNothing = column.unit === "seconds" && worst.v === 0;
  return { value: worst.v, words: isNothing ? `none of ${plural(rows.length, noun(rows))}` : worst.name };
}

const noun = (rows: readonly Row[]): string => (rows[0]?.objectType ?? "object").replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
