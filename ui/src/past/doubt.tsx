// A mark on a figure whose time touches a note of bad data; the note is its name.
import { t } from "@lingui/core/macro";
import type { Note } from "../api/notes.ts";
import { timeOfDay } from "../kit/format.ts";
import type { Column } from "../live/frame.ts";
import { useZone } from "../parts/zone.ts";
import { useDoubts } from "./context.ts";
import css from "./figures.module.css";
import { endOf } from "./notes.ts";

export function Doubt({ column, objects }: { readonly column: Column | undefined; readonly objects: readonly string[] }) {
  const found = useDoubts(column, objects);
  return found.length === 0 ? null : <DoubtMark notes={found} />;
}

function DoubtMark({ notes }: { readonly notes: readonly Note[] }) {
  const zone = useZone();
  const words = notes.map((note) => doubtWords(note, zone)).join("\n");
  return (
    <span className={css["doubt"]} title={words} data-doubt>
      <svg viewBox="0 0 12 12" width="0.75rem" height="0.75rem" role="img" aria-label={words}>
        <path d="M6 .8 11.4 6 6 11.2.6 6Z" fill="none" stroke="currentColor" strokeWidth="1.2" />
        <path d="M4.6 4.9a1.4 1.4 0 1 1 1.9 1.3c-.4.2-.5.4-.5.8M6 8.5h.01" fill="none" stroke="currentColor" strokeWidth="1.1" strokeLinecap="round" />
      </svg>
    </span>
  );
}

/** The same in full, below a figure. */
export function DoubtNotes({ column, object }: { readonly column: Column; readonly object: string }) {
  const zone = useZone();
  const found = useDoubts(column, [object]);
  return found.map((note) => (
    <dd key={note.id} className={css["doubt"]} data-doubt>
      {doubtWords(note, zone)}
    </dd>
  ));
}

/** "Bad data 10:00 to 10:20: Trunk down (Mara)" */
export function doubtWords(note: Note, zone: string): string {
  const [from, to] = [timeOfDay(note.from / 1000, zone, false), timeOfDay(endOf(note) / 1000, zone, false)];
  return t`Bad data, ${from} to ${to}: ${note.text} (${note.author})`;
}
