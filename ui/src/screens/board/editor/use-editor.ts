// A board that is being changed: what was done, and what of it is stored. The rules are in src/boards; here they meet time and the network.
import { t } from "@lingui/core/macro";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useReducer, useRef } from "react";
import { readBoard, storeBoard } from "../../../api/boards.ts";
import { Failure, failureWords } from "../../../api/client.ts";
import { boardQuery, boardsQuery } from "../../../api/queries.ts";
import type { Board } from "../../../api/types.ts";
import type { Edit } from "../../../boards/edit.ts";
import { isUnsaved, next, type Happening, type Saving } from "../../../boards/saving.ts";
import { begin, endStretch, perform, redo, redoWords, undo, undoWords, type History } from "../../../boards/undo.ts";

/** After so long without a change it is stored, ms. */
const QUIET_MS = 700;

interface State {
  readonly history: History;
  readonly saving: Saving;
  /** The last thing done, in words, for those who listen. */
  readonly said: string;
}

type Action = { readonly edit: Edit } | { readonly go: "undo" | "redo" | "pause" } | { readonly happening: Happening } | { readonly adopt: Board };

export interface Editor {
  readonly board: Board;
  readonly saving: Saving;
  readonly said: string;
  readonly undoWords: string | null;
  readonly redoWords: string | null;
  readonly edit: (edit: Edit) => void;
  readonly undo: () => void;
  readonly redo: () => void;
  readonly retry: () => void;
  /** After a conflict: write ours over theirs (theirs stays among the versions), or take theirs. */
  readonly keepOurs: () => Promise<void>;
  readonly takeTheirs: () => Promise<void>;
}

function reduce(state: State, action: Action): State {
  if ("happening" in action) return { ...state, saving: next(state.saving, action.happening) };
  if ("adopt" in action) return { history: begin(action.adopt), saving: { phase: "saved", revision: action.adopt.revision }, said: t`Their version is shown` };
  if ("go" in action && action.go === "pause") return { ...state, history: endStretch(state.history) };
  const history = "edit" in action ? perform(state.history, action.edit) : action.go === "undo" ? undo(state.history) : redo(state.history);
  if (history === state.history) return state;
  const said = "edit" in action ? undoWords(history) : action.go === "undo" ? t`Undone: ${redoWords(history) ?? ""}` : t`Done again: ${undoWords(history) ?? ""}`;
  return { history, saving: next(state.saving, { it: "changed" }), said: said ?? "" };
}

export function useEditor(loaded: Board): Editor {
  const client = useQueryClient();
  const [state, dispatch] = useReducer(reduce, loaded, (board): State => ({ history: begin(board), saving: { phase: "saved", revision: board.revision }, said: "" }));
  const { history, saving } = state;
  const latest = useRef(state);
  useEffect(() => {
    latest.current = state;
  });

  const store = useCallback(async () => {
    const { history: now, saving: then } = latest.current;
    const board = { ...now.board, revision: then.revision };
    dispatch({ happening: { it: "sent" } });
    try {
      const revision = await storeBoard(board);
      client.setQueryData(boardQuery(board.id).queryKey, { ...board, revision });
      void client.invalidateQueries({ queryKey: boardsQuery.queryKey, exact: true });
      dispatch({ happening: { it: "stored", revision } });
    } catch (error) {
      if (error instanceof Failure && error.kind === "overtaken") dispatch({ happening: { it: "overtaken" } });
      else dispatch({ happening: { it: "refused", why: failureWords(error), canRetry: error instanceof Failure && (error.kind === "network" || error.kind === "server") } });
    }
  }, [client]);

  useEffect(() => {
    if (saving.phase !== "changed") return;
    const timer = setTimeout(() => {
      dispatch({ go: "pause" });
      void store();
    }, QUIET_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [saving.phase, history.board, store]);

  // Who leaves the page within the moment of quiet loses nothing.
  useEffect(
    () => () => {
      if (latest.current.saving.phase === "changed") void store();
    },
    [store],
  );
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (isUnsaved(latest.current.saving)) event.preventDefault();
    };
    window.addEventListener("beforeunload", warn);
    return () => {
      window.removeEventListener("beforeunload", warn);
    };
  }, []);

  return useMemo(
    () => ({
      board: history.board,
      saving,
      said: state.said,
      undoWords: undoWords(history),
      redoWords: redoWords(history),
      edit: (edit: Edit) => {
        dispatch({ edit });
      },
      undo: () => {
        dispatch({ go: "undo" });
      },
      redo: () => {
        dispatch({ go: "redo" });
      },
      retry: () => {
        dispatch({ happening: { it: "changed" } });
      },
      keepOurs: async () => {
        const theirs = await readBoard(history.board.id);
        dispatch({ happening: { it: "decided", revision: theirs.revision, keepsOurs: true } });
      },
      takeTheirs: async () => {
        const theirs = await readBoard(history.board.id);
        client.setQueryData(boardQuery(theirs.id).queryKey, theirs);
        dispatch({ adopt: theirs });
      },
    }),
    [history, saving, state.said, client],
  );
}
