// Changing boards: what is sent, and what comes back.
import { call, get } from "./client.ts";
import type { Board } from "./types.ts";

const path = (id: string): string => `/boards/${encodeURIComponent(id)}`;

/** The board as the server stores it: without what it adds by itself. */
function body({ revision: _, ...board }: Board): unknown {
  return board;
}

export const readBoard = (id: string): Promise<Board> => get<Board>(path(id));

/** Stores the board over the revision that it carries; answers the new revision. */
export async function storeBoard(board: Board): Promise<number> {
  return (await call<Board>("PUT", path(board.id), body(board), board.revision)).revision;
}

export async function createBoard(board: Omit<Board, "revision">): Promise<Board> {
  await call("POST", "/boards", board);
  return readBoard(board.id);
}

export const deleteBoard = (id: string, revision: number): Promise<void> => call<undefined>("DELETE", path(id), undefined, revision);

/** "Büro Süd, Tag" -> "buro-sud-tag-x7": part of an address, and hardly ever taken. */
export function boardId(title: string, salt: string): string {
  const words = title.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
  return `${words.slice(0, 48) || "board"}-${salt}`;
}
