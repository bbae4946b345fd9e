// Values by interval, from points of history: what happened in each quarter of an hour, not what the day had added up to.
import type { Column } from "../live/frame.ts";
import { isNow } from "./interval.ts";

/** How an interval's figure comes about. */
export type Fold = "growth" | "mean";

type Dot = readonly [number, number | null];

/** Counts that grow over the day are told by how much they grew; everything else by its mean. */
export const foldFor = (column: Column): Fold => (column.unit === "count" && !isNow(column) ? "growth" : "mean");

/** The beginnings of intervals of `step` seconds that touch [from, to), oldest first. */
export function intervals(from: number, to: number, step: number): readonly number[] {
  const first = Math.floor(from / step) * step;
  return Array.from({ length: Math.max(0, Math.ceil((to - first) / step)) }, (_, ix) => first + ix * step);
}

/** One figure for each interval; null where nothing is known. Points: seconds and values, oldest first. */
export function byInterval(points: readonly Dot[], starts: readonly number[], step: number, fold: Fold): readonly (number | null)[] {
  return starts.map((start) => {
    const inside = points.filter(([at]) => at >= start && at < start + step);
    return fold === "growth" ? growth(points, inside, start) : mean(inside);
  });
}

function mean(inside: readonly Dot[]): number | null {
  const known = inside.flatMap(([, v]) => v ?? []);
  return known.length === 0 ? null : known.reduce((a, b) => a + b, 0) / known.length;
}

/** From the last value before the interval to the last in it; a fall means that the count began anew. */
function growth(points: readonly Dot[], inside: readonly Dot[], start: number): number | null {
  const end = inside.findLast(([, v]) => v !== null)?.[1] ?? null;
  if (end === null) return null;
  const before = points.findLast(([at, v]) => at < start && v !== null)?.[1] ?? inside.find(([, v]) => v !== null)?.[1] ?? 0;
  return end >= before ? end - before : end;
}

/** Five shades from the lowest to the highest; 0 for what is not known. Where all are the same there is nothing to tell apart. */
export function shade(value: number | null, low: number, high: number): 0 | 1 | 2 | 3 | 4 | 5 {
  if (value === null) return 0;
  if (high <= low || value <= low) return 1;
  return Math.min(5, 1 + Math.ceil(((value - low) / (high - low)) * 4)) as 1 | 2 | 3 | 4 | 5;
}
