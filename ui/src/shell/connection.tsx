// Can the numbers be trusted now? Always in sight: a word, the instant they belong to, and what is wrong.
import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { cityOf, showSame } from "../floor/zones.ts";
import { dateAndTime, timeOfDay } from "../kit/format.ts";
import { useAt, useFreshness, useHasBegun, useLagSeconds, useLink, useSilenceSeconds, useSources } from "../live/hooks.ts";
import { useServerZone, useZone } from "../parts/zone.ts";
import { useShownPast } from "../past/mark.ts";
import css from "./connection.module.css";
import { healthOf, type Health } from "./health.ts";

function useHealth(): Health {
  const sources = useSources();
  return healthOf(useLink(), useFreshness(), sources.values(), useHasBegun(), useLagSeconds());
}

export function Connection() {
  const health = useHealth();
  const at = useAt();
  const zone = useZone();
  const server = useServerZone();
  const past = useShownPast();
  if (past !== null) {
    return (
      <div className={css["connection"]} data-tone="past" data-testid="connection">
        <span className={css["dot"]} aria-hidden />
        <span className={css["word"]}><Trans>Past</Trans></span>
        <time className={css["time"]} title={dateAndTime(past * 1000, zone)}>{timeOfDay(past * 1000, zone)}</time>
      </div>
    );
  }
  return (
    <div className={css["connection"]} data-tone={health.tone} data-testid="connection">
      <span className={css["dot"]} aria-hidden />
      <span className={css["word"]}>{health.word}</span>
      <time className={css["time"]} title={zone === server ? t`Event time of the values, ${zone}` : t`Event time of the values, ${zone}; the centre counts by ${server}`}>
        {at === null ? "--:--:--" : timeOfDay(at / 1000, zone)}
        {at !== null && !showSame(at / 1000, zone, server) && <span className={css["zone"]}> {cityOf(zone)}</span>}
      </time>
    </div>
  );
}

/** A strip over the foot of the page: it explains, and it moves nothing. */
export function TroubleStrip({ onRetry }: { readonly onRetry: () => void }) {
  const health = useHealth();
  const silence = useSilenceSeconds();
  const at = useAt();
  const zone = useZone();
  const link = useLink();
  return (
    <div className={css["strip"]} role="status" aria-live="polite" data-open={health.tone === "bad" || undefined}>
      {health.tone === "bad" && (
        <>
          <span className={css["sign"]} aria-hidden>
            !
          </span>
          <span className={css["sentence"]}>{health.sentence}</span>
          {at !== null && silence >= 2 && (
            <span className={css["since"]} aria-hidden>
              {t`Last heard ${timeOfDay(at / 1000, zone)}, ${plural(silence, { one: "# second", other: "# seconds" })} ago`}
            </span>
          )}
          {link.phase === "waiting" && (
            <button type="button" className={css["retry"]} onClick={onRetry}>
              <Trans>Try now</Trans>
            </button>
          )}
        </>
      )}
    </div>
  );
}
