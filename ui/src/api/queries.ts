// The REST questions that pages ask, with how long an answer may be kept.
import { queryOptions } from "@tanstack/react-query";
import { inWords } from "../i18n/library.ts";
import { Failure, get, keepToken } from "./client.ts";
import type { Access, Board, BoardLine, BoardVersion, FloorObject, Meta, Point, Session, Statistic, Template } from "./types.ts";

const MINUTE = 60_000;

/** Some answers are lists in an envelope ({"boards": [...]}), some are bare lists. */
function listOf<T>(answer: unknown): readonly T[] {
  if (Array.isArray(answer)) return answer as T[];
  const inner = typeof answer === "object" && answer !== null ? Object.values(answer).find(Array.isArray) : undefined;
  return (inner ?? []) as T[];
}

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async (): Promise<Session | null> => {
    try {
      const session = await get<Session>("/session");
      keepToken(session.csrf);
      return session;
    } catch (error) {
      if (error instanceof Failure && error.kind === "signed-out") return null;
      throw error;
    }
  },
  staleTime: Infinity,
});

export const accessQuery = queryOptions({ queryKey: ["access"], queryFn: () => get<Access>("/access"), staleTime: 5 * MINUTE });

export const metaQuery = queryOptions({ queryKey: ["meta"], queryFn: () => get<Meta>("/meta"), staleTime: 10 * MINUTE });

export const boardsQuery = queryOptions({
  queryKey: ["boards"],
  queryFn: async () => listOf<BoardLine>(await get("/boards")),
  staleTime: MINUTE,
});

export const boardQuery = (id: string) =>
  queryOptions({ queryKey: ["boards", id], queryFn: () => get<Board>(`/boards/${encodeURIComponent(id)}`), staleTime: MINUTE });

export const versionsQuery = (id: string) =>
  queryOptions({ queryKey: ["boards", id, "versions"], queryFn: async () => listOf<BoardVersion>(await get(`/boards/${encodeURIComponent(id)}/versions`)), staleTime: 0 });

export const templatesQuery = queryOptions({
  queryKey: ["templates"],
  queryFn: async () => listOf<Template>(await get("/templates")).map(inWords),
  staleTime: 10 * MINUTE,
});

export const statisticsQuery = queryOptions({
  queryKey: ["statistics"],
  queryFn: async () => listOf<Statistic>(await get("/statistics")).map(inWords),
  staleTime: 10 * MINUTE,
});

export const objectsQuery = (type: string) =>
  queryOptions({
    queryKey: ["objects", type],
    queryFn: async () => listOf<FloorObject>(await get(`/objects?type=${encodeURIComponent(type)}&limit=1000`)),
    staleTime: MINUTE,
  });

const LONG = 2 * 3600e6;

/** `shared`: the board through whose link it is asked for. */
export const historyQuery = (definition: string, object: string, from: number, to: number, shared: string | null = null) =>
  queryOptions({
    queryKey: ["history", definition, object, from, to, shared],
    queryFn: async () => {
      // Long spans have more points than are answered unasked.
      const search = new URLSearchParams({ definition, object, from: String(from), to: String(to), ...(to - from > LONG ? { limit: "10000" } : {}) });
      return listOf<unknown>(await get(`${shared === null ? "/history" : `/shared/boards/${encodeURIComponent(shared)}/history`}?${search}`)).flatMap(pointOf);
    },
    staleTime: MINUTE,
    retry: false,
  });

/** A point is [at, value, flags]; the time in microseconds. What is empty is drawn as a gap. */
function pointOf(json: unknown): Point | [] {
  const [at, v, flags] = Array.isArray(json) ? (json as unknown[]) : [];
  if (typeof at !== "number") return [];
  const isEmpty = Array.isArray(flags) && flags.includes("empty");
  return { at, v: typeof v === "number" && !isEmpty ? v : null };
}
