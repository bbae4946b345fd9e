// What every widget of a board must know of the board.
import { createContext, use } from "react";
import type { Edit } from "../../boards/edit.ts";

export interface BoardSetting {
  readonly board: string;
  /** Seen by a link: only what is stored may be asked for. */
  readonly isShared: boolean;
  /** On a wall: nothing leads elsewhere, there are no tools. */
  readonly isStill: boolean;
  /** Null while nobody edits. */
  readonly edit: ((edit: Edit) => void) | null;
  /** The widget whose settings are open. */
  readonly chosen: string | null;
  readonly choose: (widget: string | null) => void;
  readonly expand: (widget: string) => void;
  /** Shows one object of a widget beside the board. */
  readonly open: (widget: string, object: string) => void;
}

export const BoardContext = createContext<BoardSetting | null>(null);

export function useBoard(): BoardSetting {
  const setting = use(BoardContext);
  if (setting === null) throw new Error("a widget outside of a board");
  return setting;
}
