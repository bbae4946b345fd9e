// Links by which a screen shows boards without an account.
import { queryOptions } from "@tanstack/react-query";
import { call, Failure, get } from "./client.ts";
import { boardQuery } from "./queries.ts";
import type { Board } from "./types.ts";

/** A link, as its editor sees it. */
export interface Share {
  readonly id: string;
  readonly title: string;
  readonly boards: readonly string[];
  readonly names_hidden: boolean;
  /** Seconds for each page. */
  readonly every: number;
  readonly created_by: string;
  /** Microseconds. */
  readonly created_at: number;
  readonly expires_at: number;
}

export interface NewShare {
  readonly title: string;
  readonly boards: readonly string[];
  readonly names_hidden: boolean;
  readonly every: number;
  readonly hours: number;
}

/** What a link opens. */
export interface Shared {
  readonly title: string;
  readonly boards: readonly string[];
  readonly names_hidden: boolean;
  readonly every: number;
  readonly expires_at: number;
}

export const sharesQuery = queryOptions({ queryKey: ["shares"], queryFn: () => get<readonly Share[]>("/shares"), staleTime: 0 });

/** The token is told once, here. */
export const makeShare = (share: NewShare): Promise<Share & { readonly token: string }> => call("POST", "/shares", share);

export const endShare = (id: string): Promise<void> => call<undefined>("DELETE", `/shares/${encodeURIComponent(id)}`);

/** Goes on with the cookie of the link; with the token it is got first. */
export async function enterShared(token: string): Promise<Shared> {
  if (token === "") return get<Shared>("/shared");
  try {
    return await get<Shared>("/shared");
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== "signed-out") throw error;
    return call<Shared>("POST", "/shared", { token });
  }
}

/** Under the same key as a board, so that widgets find it. */
export const sharedBoardQuery = (id: string) => queryOptions({ ...boardQuery(id), queryFn: () => get<Board>(`/shared/boards/${encodeURIComponent(id)}`) });

export const shareAddress = (origin: string, token: string): string => `${origin}/shared#${token}`;
