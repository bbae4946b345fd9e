// Links by which a screen shows boards without an account.
import { queryOptions } from "@tanstack/react-query";
import { call, Failure, get } from "./client.ts";
import { boardQuery } from "./queries.ts";
import type { Board } from "./types.ts";

/** How a wall stands: `still`: it lives, but its values stand still; `unknown`: it may have been heard before the server began to remember. */
export type Standing = "live" | "still" | "silent" | "never" | "unknown";

/** A screen that shows what a link opens. */
export interface Screen {
  /** Microseconds. */
  readonly heard_at: number;
  readonly age_s: number;
  readonly state: Standing;
  readonly build: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** A link, as its editor sees it, and the wall that shows what it opens. */
export interface Share {
  readonly id: string;
  readonly revision: number;
  readonly title: string;
  readonly boards: readonly string[];
  readonly names_hidden: boolean;
  /** Seconds for each page. */
  readonly every: number;
  readonly created_by: string;
  /** Microseconds. */
  readonly created_at: number;
  readonly expires_at: number;
  readonly ends_soon: boolean;
  /** A screen was paired by its code; else somebody opened the link. */
  readonly by_code: boolean;
  readonly state: Standing;
  readonly remembered_since: number;
  /** The one that was heard last first. */
  readonly screens: readonly Screen[];
}

export interface NewShare {
  readonly title: string;
  readonly boards: readonly string[];
  readonly names_hidden: boolean;
  readonly every: number;
  readonly hours: number;
}

/** What a link shall be from now on. */
export interface ChangedShare extends Omit<NewShare, "hours"> {
  /** From now on; null: as long as it would have lived. */
  readonly hours: number | null;
}

/** How a screen stands that wants to be paired. */
export interface Waiting {
  readonly paired: boolean;
  readonly code?: string;
  readonly lives_s?: number;
  readonly ask_every_s: number;
}

/** A sign of life of a screen. */
export interface Beat {
  readonly screen: string;
  readonly build: string;
  readonly width: number;
  readonly height: number;
  readonly still_s: number;
}

/** What a link opens. */
export interface Shared {
  readonly title: string;
  readonly boards: readonly string[];
  readonly names_hidden: boolean;
  readonly every: number;
  readonly expires_at: number;
}

/** Walls are looked at this often while their list is open, ms. */
const LOOK_MS = 5_000;

export const wallsQuery = queryOptions({ queryKey: ["shares"], queryFn: () => get<readonly Share[]>("/shares"), staleTime: 0, refetchInterval: LOOK_MS });

export const sharesQuery = queryOptions({ queryKey: ["shares"], queryFn: () => get<readonly Share[]>("/shares"), staleTime: 0 });

/** The token is told once, here. */
export const makeShare = (share: NewShare): Promise<Share & { readonly token: string }> => call("POST", "/shares", share);

/** Pairs the screen that shows that code. */
export const pairScreen = (code: string, wall: NewShare): Promise<Share> => call("POST", "/shares/paired", { code, wall });

export const changeShare = (share: Share, changed: ChangedShare): Promise<Share> => call("PUT", `/shares/${encodeURIComponent(share.id)}`, changed, share.revision);

/** Asks for a code to show, or hears that this screen is paired already. */
export const askForCode = (): Promise<Waiting> => call("POST", "/shared/pairing");

export const lookWhetherPaired = (): Promise<Waiting> => get("/shared/pairing");

export const tellBeat = (beat: Beat): Promise<void> => call<undefined>("POST", "/shared/beat", beat);

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
