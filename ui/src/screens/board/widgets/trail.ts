// Points that a page gathers from the stream, and how they continue those of history.
import type { Point } from "../../../api/types.ts";
import type { Figures } from "../../../live/figures.ts";
import type { Cell } from "../../../live/frame.ts";

/** Seconds and values, oldest first. */
export type Trail = readonly (readonly [number, number | null])[];

/** A pause longer than this is a gap in the line, seconds. */
const GAP_SECONDS = 150;

/** The trails with the newest values; the same object when no step has passed. */
export function extend(known: ReadonlyMap<string, Trail>, figures: Figures, step: number, span: number): ReadonlyMap<string, Trail> {
  if (figures.at === null || figures.phase !== "live") return known;
  const second = Math.floor(figures.at / 1e6);
  let next: Map<string, Trail> | null = null;
  for (const row of figures.rows.values()) {
    const trail = known.get(row.object) ?? [];
    const last = trail.at(-1)?.[0] ?? -Infinity;
    if (second - last < step) continue;
    const [cell] = row.cells;
    const value = typeof cell?.v === "number" && !cell.flags.includes("empty") ? cell.v : null;
    next ??= new Map(known);
    next.set(row.object, [...trail.filter(([at]) => at > second - span), [second, value]]);
  }
  return next ?? known;
}

/** History, then the trail; an unheard stretch between points is drawn as a gap. */
export function mergeSeries(history: readonly Point[], trail: Trail): Trail {
  const begin = trail[0]?.[0] ?? Infinity;
  const old = history.map(({ at, v }): readonly [number, number | null] => [Math.floor(at / 1e6), v]).filter(([at]) => at < begin);
  const merged: (readonly [number, number | null])[] = [];
  for (const point of [...old, ...trail]) {
    const last = merged.at(-1);
    if (last !== undefined && point[0] - last[0] > GAP_SECONDS) merged.push([last[0] + 1, null]);
    merged.push(point);
  }
  return merged;
}

/** The line up to an instant of the past, seconds; it ends with the very value that is kept of that instant. */
export function upTo(history: readonly Point[], past: number, cell: Cell | undefined): Trail {
  const value = typeof cell?.v === "number" && !cell.flags.includes("empty") ? cell.v : null;
  return mergeSeries(history.filter(({ at }) => at < past * 1e6), [[past, value]]);
}
