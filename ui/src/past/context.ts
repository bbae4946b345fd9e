// What widgets must know of the time that their board shows.
import { createContext, use, useMemo, useSyncExternalStore } from "react";
import type { Note } from "../api/notes.ts";
import { NOTHING, type Figures } from "../live/figures.ts";
import type { Column } from "../live/frame.ts";
import { doubts } from "./notes.ts";
import type { PastState, PastStore } from "./store.ts";

/** The step that is shown, seconds; null: the board is live. */
export const PastContext = createContext<number | null>(null);

export const usePast = (): number | null => use(PastContext);

/** What figures are compared with: the same tables at another time. */
export interface Compare {
  readonly store: PastStore;
  /** "yesterday, 14:05" */
  readonly words: string;
}

export const CompareContext = createContext<Compare | null>(null);

/** Notes about the time that is near, and by what time figures are judged, microseconds. */
export interface NotesView {
  readonly notes: readonly Note[];
  readonly at: number | null;
  readonly dayFrom: number;
}

export const NotesContext = createContext<NotesView | null>(null);

const NONE: readonly Note[] = [];

export const useNotes = (): readonly Note[] => use(NotesContext)?.notes ?? NONE;

/** Notes of bad data that cast doubt on a figure of these objects. */
export function useDoubts(column: Column | undefined, objects: readonly string[]): readonly Note[] {
  const view = use(NotesContext);
  return view === null || column === undefined ? NONE : doubts(view.notes, column, objects, view.at, view.dayFrom);
}

export function usePastState(store: PastStore): PastState {
  return useSyncExternalStore(
    useMemo(() => (listener: () => void) => store.onTopic("time", listener), [store]),
    () => store.state,
  );
}

const silent = () => () => undefined;

/** The figures of a demand at the time that is compared with; null: nothing is compared. */
export function useThen(of: string): Figures | null {
  const store = use(CompareContext)?.store ?? null;
  const figures = useSyncExternalStore(
    useMemo(() => (store === null ? silent : (listener: () => void) => store.onFigures(of, listener)), [store, of]),
    () => (store === null ? NOTHING : store.figures(of)),
  );
  return store === null ? null : figures;
}
