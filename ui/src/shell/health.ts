// Whether the numbers can be trusted, in a word and, where something is wrong, a sentence.
import { t } from "@lingui/core/macro";
import { span } from "../kit/format.ts";
import type { Freshness } from "../live/clock.ts";
import type { SourceState } from "../live/frame.ts";
import type { LinkState } from "../live/link.ts";

export interface Health {
  readonly tone: "good" | "waiting" | "bad";
  readonly word: string;
  readonly sentence: string | null;
}

/** From this on, being behind is told: less is the ordinary way from event to screen. */
const LAG_SECONDS = 5;

/** Pure, so that every case can be tested. */
export function healthOf(link: LinkState, freshness: Freshness, sources: Iterable<SourceState>, hasBegun: boolean, lagSeconds = 0): Health {
  const broken = [...sources].filter((source) => source.status === "down" || source.status === "stalled");
  if (link.phase === "waiting" || (link.phase === "connecting" && link.failures > 0)) {
    return { tone: "bad", word: t`Reconnecting`, sentence: link.reason === null || link.reason === "" ? t`The connection to Pulse is lost. It is tried again by itself.` : t`The connection to Pulse is lost (${link.reason}). It is tried again by itself.` };
  }
  if (link.phase === "closed") return { tone: "bad", word: t`Disconnected`, sentence: t`The connection to Pulse is closed.` };
  if (!hasBegun) return { tone: "waiting", word: t`Connecting`, sentence: null };
  if (broken.length > 0) return { tone: "bad", word: broken.length === 1 ? t`Source down` : t`Sources down`, sentence: broken.map(brokenWords).join(" ") };
  if (freshness === "stale") return { tone: "bad", word: t`Standing still`, sentence: t`The stream is silent: the values are those of the time shown.` };
  if (lagSeconds >= LAG_SECONDS) return { tone: "waiting", word: t`${span(lagSeconds)} behind`, sentence: null };
  if (freshness === "ageing") return { tone: "waiting", word: t`Slow`, sentence: null };
  return { tone: "good", word: t`Live`, sentence: null };
}

export function brokenWords({ source, kind, status, detail }: SourceState): string {
  const who = kind === "producer" ? t`${source}, which computes the values,` : source;
  const what = status === "down" ? t`${who} does not answer` : t`${who} has fallen silent`;
  return `${what}${detail === null ? "" : ` (${detail})`}.`;
}
