// What each agent did, stretch by stretch, as the stream told it: a stretch begins where the state says that it began.
import type { Column, Micros, Row, RowKey } from "../live/frame.ts";
import { floorState, type StateKind } from "./states.ts";

export interface Stretch {
  readonly kind: StateKind;
  readonly words: string;
  /** Seconds since 1970. */
  readonly from: number;
}

export type Lines = ReadonlyMap<RowKey, readonly Stretch[]>;

/** Stretches of one agent beyond these are forgotten, whatever the span. */
const STRETCHES_MAX = 400;

/** The lines after what the rows say at this moment; the same object where nothing changed. `span`: seconds that are remembered. */
export function follow(known: Lines, rows: Iterable<Row>, columns: readonly Column[], at: Micros | null, span: number): Lines {
  const ix = columns.findIndex((column) => column.unit === "status");
  if (ix < 0 || at === null) return known;
  let after: Map<RowKey, readonly Stretch[]> | null = null;
  for (const row of rows) {
    const v = row.cells[ix]?.v;
    if (typeof v !== "object" || v === null) continue;
    const line = known.get(row.row) ?? [];
    const last = line.at(-1);
    const { kind, word, reason } = floorState(v);
    const words = reason === null ? word : `${word}, ${reason.toLowerCase()}`;
    const from = Math.floor((v.since ?? at) / 1e6);
    if (last?.kind === kind && last.words === words && last.from === from) continue;
    after ??= new Map(known);
    after.set(row.row, trim([...line, { kind, words, from: Math.max(from, last?.from ?? 0) }], at / 1e6 - span));
  }
  return after ?? known;
}

/** Keeps the stretch that reaches into the span, and those after it. */
function trim(line: readonly Stretch[], begin: number): readonly Stretch[] {
  const first = line.findLastIndex(({ from }) => from <= begin);
  return line.slice(Math.max(0, first)).slice(-STRETCHES_MAX);
}

export interface Drawn extends Stretch {
  readonly to: number;
}

/** The stretches of a line that lie within [from, to], cut to it. */
export function drawn(line: readonly Stretch[], from: number, to: number): readonly Drawn[] {
  return line.flatMap((stretch, ix) => {
    const end = Math.min(line[ix + 1]?.from ?? to, to);
    const begin = Math.max(stretch.from, from);
    return end > begin ? [{ ...stretch, from: begin, to: end }] : [];
  });
}
