// What was done, in order: to be undone and done again. Typing in one field is one step.
import type { Board } from "../api/types.ts";
import { apply, wordsOf, type Edit } from "./edit.ts";

interface Step {
  readonly before: Board;
  readonly words: string;
  /** Steps of the same stretch are one: the field that is typed into, the widget that is pushed around. */
  readonly stretch: string;
}

export interface History {
  readonly board: Board;
  readonly past: readonly Step[];
  readonly future: readonly Step[];
}

/** Older steps are forgotten. */
const STEPS_MAX = 100;

export const begin = (board: Board): History => ({ board, past: [], future: [] });

export function perform(history: History, edit: Edit): History {
  const board = apply(history.board, edit);
  if (board === history.board) return history;
  const stretch = stretchOf(edit);
  const last = history.past.at(-1);
  const isContinued = stretch !== "" && last?.stretch === stretch && history.future.length === 0;
  const step = { before: isContinued ? last.before : history.board, words: wordsOf(history.board, edit), stretch };
  const past = isContinued ? history.past.slice(0, -1) : history.past;
  return { board, past: [...past, step].slice(-STEPS_MAX), future: [] };
}

export function undo(history: History): History {
  const step = history.past.at(-1);
  if (step === undefined) return history;
  const future = [{ ...step, before: history.board, stretch: "" }, ...history.future];
  return { board: carryRevision(step.before, history.board), past: history.past.slice(0, -1), future };
}

export function redo(history: History): History {
  const [step, ...future] = history.future;
  if (step === undefined) return history;
  const past = [...history.past, { ...step, before: history.board }];
  return { board: carryRevision(step.before, history.board), past, future };
}

/** What the next undo takes back, and the next redo does again, in words. */
export const undoWords = (history: History): string | null => history.past.at(-1)?.words ?? null;
export const redoWords = (history: History): string | null => history.future[0]?.words ?? null;

/** The stretch of a step ends with a pause; the next one stands for itself. */
export function endStretch(history: History): History {
  const last = history.past.at(-1);
  return last === undefined || last.stretch === "" ? history : { ...history, past: [...history.past.slice(0, -1), { ...last, stretch: "" }] };
}

/** Going back in time does not go back to a revision that the server has left behind. */
const carryRevision = (board: Board, now: Board): Board => ({ ...board, revision: now.revision });

function stretchOf(edit: Edit): string {
  if (edit.do === "rename") return "rename";
  if (edit.do === "rename-tab") return `tab ${edit.id}`;
  if (edit.do === "place") return `place ${edit.id}`;
  return edit.do === "set" ? `set ${edit.id} ${Object.keys(edit.change).join()}` : "";
}
