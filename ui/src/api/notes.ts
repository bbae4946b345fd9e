// Notes that people pin to a time.
import { queryOptions } from "@tanstack/react-query";
import { call, get } from "./client.ts";

export type NoteKind = "remark" | "outage" | "handover" | "bad_data";

/** Times in microseconds; without an end: an instant; without a queue: about everything. */
export interface Note {
  readonly id: string;
  readonly kind: NoteKind;
  readonly text: string;
  readonly from: number;
  readonly to?: number;
  readonly queue?: string;
  readonly author: string;
  /** The viewer may take it away. */
  readonly removable: boolean;
}

export type NewNote = Omit<Note, "id" | "author" | "removable">;

const AGAIN_MS = 60_000;

/** All that the viewer may read. */
export const notesQuery = queryOptions({ queryKey: ["notes"], queryFn: () => get<readonly Note[]>("/notes"), staleTime: AGAIN_MS / 2, refetchInterval: AGAIN_MS, retry: false });

export const pinNote = (note: NewNote): Promise<Note> => call("POST", "/notes", note);

export const removeNote = (id: string): Promise<void> => call<undefined>("DELETE", `/notes/${encodeURIComponent(id)}`);
