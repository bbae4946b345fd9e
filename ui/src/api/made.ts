// What made a number: read again from the journal, a page of items at a time. All times are microseconds.
import { infiniteQueryOptions } from "@tanstack/react-query";
import { get } from "./client.ts";

/** Somebody or something; without an id where the viewer may not see it. */
export interface Who {
  readonly object_type: string;
  readonly object?: string;
}

export interface Told {
  readonly source: string;
  readonly epoch: number;
  readonly seq: number;
  readonly time: number;
  readonly received: number;
  readonly event: string;
}

export interface MadeItem {
  readonly what: string;
  readonly call_type?: string;
  readonly call?: string;
  readonly of?: Who;
  readonly by?: Who;
  readonly begun: number;
  /** Absent while it goes on. */
  readonly ended?: number;
  readonly seconds: number;
  /** Counts for the value; for what it is set in relation to; lies in the rule's range. */
  readonly main: boolean;
  readonly rel: boolean;
  readonly in_range: boolean;
  readonly value?: number;
  readonly records: readonly Told[];
}

export interface Sums {
  readonly count: number;
  readonly seconds: number;
  readonly longest: number | null;
  readonly shortest: number | null;
  readonly in_range: number;
}

export interface Made {
  readonly object: string;
  readonly at: number;
  readonly from: number;
  readonly until: number;
  readonly rule: string;
  readonly range?: readonly [number, number | null];
  readonly value: number | null;
  readonly status?: string;
  readonly empty: boolean;
  readonly folded: number | null;
  readonly agrees: boolean;
  readonly journal_from: number;
  readonly is_short: boolean;
  readonly total: number;
  readonly main: Sums;
  readonly rel: Sums;
  readonly items: readonly MadeItem[];
}

/** A figure as it stood on the page. */
export interface AskedFigure {
  readonly definition: string;
  readonly object: string;
  readonly at: number;
  /** None of a state. */
  readonly shown: number | null;
}

export const PAGE = 100;
/** The server gives up before. */
const PATIENCE_MS = 50_000;

function path({ definition, object, at, shown }: AskedFigure, skip: number): string {
  const query = new URLSearchParams({ definition, object, at: String(at), skip: String(skip), limit: String(PAGE) });
  if (shown !== null) query.set("shown", String(shown));
  return `/values/made?${query.toString()}`;
}

/** Pages of items, the newest first. Whoever closes the window takes the question back. */
export const madeQuery = (figure: AskedFigure) =>
  infiniteQueryOptions({
    queryKey: ["made", figure.definition, figure.object, figure.at],
    queryFn: ({ pageParam, signal }) => get<Made>(path(figure, pageParam), { ms: PATIENCE_MS, signal }),
    initialPageParam: 0,
    getNextPageParam: (last: Made, all: readonly Made[]) => {
      const known = all.reduce((sum, page) => sum + page.items.length, 0);
      return last.items.length > 0 && known < last.total ? known : undefined;
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    retry: false,
  });
