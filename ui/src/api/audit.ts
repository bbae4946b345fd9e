// The audit trail: who did what and when.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { get } from "./client.ts";

export const DOCUMENT_KINDS = ["board", "template", "rule", "note", "share", "user", "setting"] as const;
export const DEED_KINDS = ["sign_in", "sign_in_service", "sign_in_refused", "sign_out", "signed_out", "forgotten"] as const;
export type EntryKind = (typeof DOCUMENT_KINDS)[number] | (typeof DEED_KINDS)[number];

export interface AuditEntry {
  readonly number: number;
  /** Microseconds. */
  readonly at: number;
  readonly by: string;
  readonly kind: EntryKind;
  readonly id: string;
  readonly title: string | null;
  readonly did: "made" | "changed" | "removed" | "done";
  readonly detail: string;
}

export interface TrailPage {
  readonly entries: readonly AuditEntry[];
  readonly next: string | null;
  /** So long entries are kept, in seconds. */
  readonly kept_s: number;
}

export interface OpenedEntry {
  readonly entry: AuditEntry;
  readonly before: unknown;
  readonly after: unknown;
  readonly contents: "told" | "nothing" | "gone" | "withheld";
}

/** Which entries; times in microseconds. */
export interface TrailWish {
  readonly who: string;
  readonly kind: string;
  readonly from: number | null;
  readonly to: number | null;
}

export function trailSearch({ who, kind, from, to }: TrailWish): URLSearchParams {
  const search = new URLSearchParams();
  if (who !== "") search.set("who", who);
  if (kind !== "") search.set("kind", kind);
  if (from !== null) search.set("from", String(from));
  if (to !== null) search.set("to", String(to));
  return search;
}

export const trailQuery = (wish: TrailWish) =>
  infiniteQueryOptions({
    queryKey: ["admin", "audit", wish],
    queryFn: ({ pageParam }) => {
      const search = trailSearch(wish);
      if (pageParam !== "") search.set("after", pageParam);
      return get<TrailPage>(`/audit?${search}`);
    },
    initialPageParam: "",
    getNextPageParam: (page: TrailPage) => page.next,
    staleTime: 0,
  });

export const auditEntryQuery = (number: string) => queryOptions({ queryKey: ["admin", "audit", "entry", number], queryFn: () => get<OpenedEntry>(`/audit/${encodeURIComponent(number)}`), staleTime: 60_000 });

/** Where the browser gets the file. */
export const trailFile = (wish: TrailWish): string => `/api/v1/audit.csv?${trailSearch(wish)}`;
