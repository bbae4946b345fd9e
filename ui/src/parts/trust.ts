// Is what the page shows still true, and if not, which link broke?
import { t } from "@lingui/core/macro";
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
      broken: down === undefined ? undefined : down.status === "down" ? t`${down.source} does not answer` : t`${down.source} has fallen silent`,
    };
  }, [freshness, sources]);
}
