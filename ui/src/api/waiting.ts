// Who waits in a queue just now, asked again and again while somebody looks. All times are microseconds.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { Failure, get } from "./client.ts";
import type { Micros } from "../live/frame.ts";

export interface Contact {
  readonly object: string;
  readonly contact?: string;
  readonly since: Micros;
  readonly call_type?: string;
  readonly from?: string;
  readonly dialed?: string;
  readonly customer?: string;
  readonly media?: string;
}

export interface Waiting {
  readonly at: Micros;
  readonly total: number;
  /** Numbers are hidden but for their ends. */
  readonly masked: boolean;
  /** Who has waited longest comes first. */
  readonly contacts: readonly Contact[];
}

const EVERY_MS = 2_000;
/** Somewhere nobody can answer, or there is no such queue: asking again would not help. */
const isFinal = (error: unknown): boolean => error instanceof Failure && (error.code === "not_available" || error.kind === "not-found" || error.kind === "not-permitted");

export const waitingQuery = (type: string, object: string) =>
  queryOptions({
    queryKey: ["waiting", type, object],
    queryFn: () => get<Waiting>(`/waiting?${new URLSearchParams({ object_type: type, object })}`),
    refetchInterval: ({ state }) => (isFinal(state.error) ? false : EVERY_MS),
    staleTime: 0,
    retry: false,
    placeholderData: keepPreviousData,
  });
