// Which statistics this server knows, and what the floor's pages ask for.
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { statisticsQuery } from "../api/queries.ts";
import { AGENT_WISHES, grant, QUEUE_WISHES } from "../floor/statistics.ts";
import type { Demand } from "../live/frame.ts";
import { useDemand } from "../live/hooks.ts";

function useWishes(objectType: string, wishes: readonly string[]): Demand {
  const known = useQuery(statisticsQuery).data;
  return useMemo(() => {
    const names = known === undefined ? null : new Set(known.map((statistic) => statistic.name));
    return { query: { object_type: objectType, objects: "*", statistics: grant(wishes, names) } };
  }, [known, objectType, wishes]);
}

/** Opens the queues' figures; the same on every page, so that going from one to the next costs nothing. */
export const useQueues = (): string => useDemand(useWishes("Queue", QUEUE_WISHES));

export const useAgents = (): string => useDemand(useWishes("Agent", AGENT_WISHES));
