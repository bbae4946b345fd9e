// Is what the page shows still true, and if not, which link broke?
import { useMemo } from "react";
import { useFreshness, useSources } from "../live/hooks.ts";

export interface Trust {
  readonly isStale: boolean;
  readonly isAgeing: boolean;
  /** In words: "SIP Server demo does not answer". */
  readonly broken: string | undefined;
}

export function useTrust(): Trust {
  const freshness = useFreshness();
  const sources = useSources();
  return useMemo(() => {
    const down = [...sources.values()].find((source) => source.status === "down" || source.status === "stalled");
    return {
      isStale: freshness === "stale",
      isAgeing: freshness === "ageing",
      broken: down === undefined ? undefined : `${down.source} ${down.status === "down" ? "does not answer" : "has fallen silent"}`,
    };
  }, [freshness, sources]);
}
