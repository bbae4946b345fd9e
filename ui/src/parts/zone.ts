// The time zone in which a page prints its times: the board's, else the viewer's, else that of the centre, in which the server computes.
import { t } from "@lingui/core/macro";
import { useQuery } from "@tanstack/react-query";
import { createContext, use, useMemo, useSyncExternalStore } from "react";
import { metaQuery, sessionQuery } from "../api/queries.ts";
import { intervalSentence, NOW_WORD } from "../floor/interval.ts";
import { cityOf, dayBegan, isZone, showSame } from "../floor/zones.ts";
import { keep, keptFor } from "../i18n/kept.ts";
import { timeOfDay } from "../kit/format.ts";
import type { Column } from "../live/frame.ts";
import { useEventSecond } from "../live/hooks.ts";
import { usePast } from "../past/context.ts";

/** The zone that a board's author chose; null: none. */
export const BoardZone = createContext<string | null>(null);

const listeners = new Set<() => void>();
const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
};

/** What the viewer chose; null: as the centre. */
export function useViewerZone(): string | null {
  const user = useQuery({ ...sessionQuery, enabled: false }).data?.user ?? null;
  const kept = useSyncExternalStore(subscribe, () => keptFor("zone", user));
  return isZone(kept) ? kept : null;
}

export function chooseZone(zone: string | null, user: string | null): void {
  keep("zone", user, zone ?? "");
  for (const listener of [...listeners]) listener();
}

/** The zone of the centre: days begin at its midnight. */
export const useServerZone = (): string => useQuery(metaQuery).data?.time_zone ?? "UTC";

export function useZone(): string {
  const board = use(BoardZone);
  const viewer = useViewerZone();
  const server = useServerZone();
  return board ?? viewer ?? server;
}

export interface Today {
  /** "today"; where the clocks shown are not those that the day is counted by, since when: "since 08:00". */
  readonly word: string;
  /** What this moment is called: "now", or of a board that shows the past "then". */
  readonly now: string;
  /** "Since 00:00 Europe/Berlin.", and when that was on the clocks shown. */
  readonly sentence: string;
}

/** What "today" is here. Zones are compared once a minute. */
export function useToday(): Today {
  const zone = useZone();
  const server = useServerZone();
  const now = useEventSecond(60);
  const isPast = usePast() !== null;
  return useMemo(() => {
    const moment = isPast ? t({ message: "then", comment: "In place of “now”, of a past moment" }) : NOW_WORD;
    const plain = t`Since 00:00 ${server}.`;
    if (now === null || showSame(now / 1000, zone, server)) return { word: isPast ? t`that day` : t`today`, now: moment, sentence: plain };
    const began = timeOfDay(dayBegan(now / 1000, server), zone, false);
    return { word: t`since ${began}`, now: moment, sentence: t`Since 00:00 ${server}: that was ${began} in ${cityOf(zone)}.` };
  }, [zone, server, now, isPast]);
}

/** What time a column covers, as a sentence. */
export function useIntervalSentence(column: Column | undefined): string {
  const today = useToday();
  return column === undefined ? "" : intervalSentence(column, today.sentence);
}
