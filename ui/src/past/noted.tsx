// Gives what is below the notes of the time that it shows, and by what time its figures are judged.
import { useQuery } from "@tanstack/react-query";
import { useMemo, useSyncExternalStore, type ReactNode } from "react";
import { notesQuery, type Note } from "../api/notes.ts";
import { useLive } from "../live/hooks.ts";
import type { LiveStore } from "../live/store.ts";
import { useServerZone } from "../parts/zone.ts";
import { NotesContext, type NotesView } from "./context.ts";
import { dayOf } from "./steps.ts";

const NONE: readonly Note[] = [];
const STEP = 10;

/** The newest time heard of in steps of ten seconds; null until the server has told its time. */
export function useLiveStep(live: LiveStore): number | null {
  return useSyncExternalStore(
    useMemo(() => (listener: () => void) => live.onTopic("time", listener), [live]),
    () => (live.at === null ? null : Math.floor(live.at / (STEP * 1e6)) * STEP),
  );
}

/** `past`: seconds; null: as it is now. */
export function Noted({ past = null, children }: { readonly past?: number | null; readonly children: ReactNode }) {
  const notes = useQuery(notesQuery).data ?? NONE;
  const server = useServerZone();
  const now = useLiveStep(useLive());
  const at = past ?? now;
  const view = useMemo((): NotesView => ({ notes, at: at === null ? null : at * 1e6, dayFrom: at === null ? 0 : dayOf(at, server).from * 1e6 }), [notes, at, server]);
  return <NotesContext value={view}>{children}</NotesContext>;
}
