// What a rule would have done: told before it is saved.
import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { alertsQuery, tryRule, type Outcome, type Rule } from "../../api/alerts.ts";
import { failureWords } from "../../api/client.ts";
import { amount, yesterday } from "../../floor/rules.ts";
import { Button } from "../../kit/button.tsx";
import { Segmented } from "../../kit/controls.tsx";
import { dateAndTime, span } from "../../kit/format.ts";
import type { Unit } from "../../live/frame.ts";
import { useZone } from "../../parts/zone.ts";
import css from "./alerts.module.css";

type Day = "yesterday" | "day" | "week";

const DAY_MS = 86_400_000;

export function RuleTrial({ rule, unit, isReady }: { readonly rule: Rule; readonly unit: Unit; readonly isReady: boolean }) {
  const zone = useZone();
  // The server’s clock: a browser’s may be wrong by hours.
  const at = useQuery({ ...alertsQuery, enabled: false }).data?.at;
  const [day, setDay] = useState<Day>("yesterday");
  const [outcome, setOutcome] = useState<{ readonly of: Rule; readonly day: Day; readonly told: Outcome } | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const run = () => {
    if (at === undefined) return;
    const now = at / 1000;
    const [from, to] = day === "yesterday" ? yesterday(now, zone) : [now - (day === "day" ? DAY_MS : 7 * DAY_MS), now];
    setBusy(true);
    setFailure(null);
    tryRule(rule, Math.round(from * 1000), Math.round(to * 1000))
      .then((told) => {
        setOutcome({ of: rule, day, told });
      })
      .catch((error: unknown) => {
        setFailure(failureWords(error));
      })
      .finally(() => {
        setBusy(false);
      });
  };
  const isOld = outcome !== null && JSON.stringify(outcome.of) !== JSON.stringify(rule);
  return (
    <section className={css["trial"]} aria-label={t`Try it on the past`}>
      <div className={css["row"]}>
        <Segmented
          label={t`On which past`}
          value={day}
          choices={[
            { id: "yesterday", label: t`Yesterday` },
            { id: "day", label: t`Last 24 hours` },
            { id: "week", label: t`Last 7 days` },
          ]}
          onChange={setDay}
        />
        <Button isDisabled={!isReady || isBusy || at === undefined} onPress={run}>
          <Trans>Try it</Trans>
        </Button>
      </div>
      <div role="status" className={css["outcome"]} data-old={isOld || undefined}>
        {failure !== null ? (
          <p className={css["failure"]}>{failure}</p>
        ) : outcome === null ? (
          <p className={css["quiet"]}>
            <Trans>See how often it would have rung before you save it.</Trans>
          </p>
        ) : (
          <Told outcome={outcome.told} day={outcome.day} unit={unit} zone={zone} />
        )}
      </div>
    </section>
  );
}

function Told({ outcome, day, unit, zone }: { readonly outcome: Outcome; readonly day: Day; readonly unit: Unit; readonly zone: string }) {
  if (outcome.since === null) {
    return (
      <p>
        <Trans>No past values are kept of this: it can’t be tried, but it can be watched.</Trans>
      </p>
    );
  }
  const { times } = outcome;
  const words =
    day === "yesterday"
      ? t`Would have rung ${plural(times, { one: "# time", other: "# times" })} yesterday`
      : day === "day"
        ? t`Would have rung ${plural(times, { one: "# time", other: "# times" })} in the last 24 hours`
        : t`Would have rung ${plural(times, { one: "# time", other: "# times" })} in the last 7 days`;
  // The first minutes after midnight need not have a value.
  const isShort = outcome.since - outcome.from > 600e6;
  return (
    <>
      <p className={css["times"]}>{words}</p>
      {isShort && <p className={css["quiet"]}>{t`Values are kept since ${dateAndTime(outcome.since / 1000, zone)} only.`}</p>}
      {outcome.left_out > 0 && <p className={css["quiet"]}>{t`${plural(outcome.left_out, { one: "# object was", other: "# objects were" })} left out: too many.`}</p>}
      {outcome.firings.length > 0 && (
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, and keys must reach it
        <ol className={css["firings"]} tabIndex={0} aria-label={t`When it would have rung`}>
          {outcome.firings.map((firing) => (
            <li key={`${firing.object} ${firing.raised_at}`}>
              <span>{dateAndTime(firing.raised_at / 1000, zone)}</span>
              <span>{firing.name}</span>
              <span className={css["digits"]}>{firing.value === null ? "" : amount(firing.value, unit)}</span>
              <span className={css["quiet"]}>{firing.cleared_at === null ? t`to the end` : t`for ${span((firing.cleared_at - firing.raised_at) / 1e6)}`}</span>
            </li>
          ))}
        </ol>
      )}
    </>
  );
}
