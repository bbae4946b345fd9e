// To whom a board is shared, and for what.
import { queryOptions } from "@tanstack/react-query";
import { call, get } from "./client.ts";

/** Each includes those before it. */
export const RIGHTS = ["read", "write", "share", "admin"] as const;
export type Right = (typeof RIGHTS)[number];

/** Exactly one of them. */
export interface Who {
  readonly user?: string;
  readonly role?: string;
  readonly everyone?: boolean;
}

export interface SharedTo {
  readonly who: Who;
  readonly right: Right;
  /** Who gave it, as the server wrote it down. */
  readonly by?: string;
  /** When, in microseconds. */
  readonly at?: number;
}

export interface Sharing {
  /** null: the board is everybody's. */
  readonly owner: string | null;
  readonly with: readonly SharedTo[];
  readonly everybody: boolean;
  /** One's own. */
  readonly right: Right;
}

const path = (board: string) => `/boards/${encodeURIComponent(board)}/sharing`;

export const sharingQuery = (board: string) =>
  queryOptions({ queryKey: ["boards", board, "sharing"], queryFn: () => get<Sharing>(path(board)), staleTime: 0, gcTime: 0 });

export const putSharing = (board: string, owner: string, entries: readonly SharedTo[], revision: number): Promise<Sharing> =>
  call("PUT", path(board), { owner, with: entries }, revision);

export const may = (own: Right, needed: Right): boolean => RIGHTS.indexOf(own) >= RIGHTS.indexOf(needed);

/** One entry for each; the newer right of somebody who is there already counts. */
export function withEntry(entries: readonly SharedTo[], added: SharedTo): readonly SharedTo[] {
  const key = ({ who }: SharedTo) => `${who.user ?? ""}/${who.role ?? ""}/${who.everyone === true}`;
  return [...entries.filter((entry) => key(entry) !== key(added)), added];
}
