// Which notes concern a time, and which figures they cast doubt on. Pure.
import type { Note } from "../api/notes.ts";
import { coversOf } from "../floor/interval.ts";
import type { Column } from "../live/frame.ts";

export const endOf = (note: Note): number => note.to ?? note.from;

/** Notes that touch a span, microseconds; `queues`: only those about one of them, or about everything. */
export const notesWithin = (notes: readonly Note[], from: number, to: number, queues: ReadonlySet<string> | null = null): readonly Note[] =>
  notes.filter((note) => note.from <= to && endOf(note) >= from && (queues === null || note.queue === undefined || queues.has(note.queue)));

/** Notes of bad data that touch the time that a figure covers. `at`: as of when it holds; `dayFrom`: when that day began. Microseconds. */
export function doubts(notes: readonly Note[], column: Column, objects: readonly string[], at: number | null, dayFrom: number): readonly Note[] {
  if (at === null) return [];
  const bad = notes.filter(({ kind }) => kind === "bad_data");
  if (bad.length === 0) return bad;
  const [from, to] = coversOf(column, at, dayFrom);
  return notesWithin(bad, from, to, new Set(objects));
}
