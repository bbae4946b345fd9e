// What the limits of a column would have marked yesterday, beside what those did that are stored.
import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { alertsQuery, tryRule, type Outcome } from "../../api/alerts.ts";
import { failureWords } from "../../api/client.ts";
import { isSame, ruleOf, type Level, type Limited } from "../../boards/limit-trial.ts";
import { yesterday } from "../../floor/rules.ts";
import { Button } from "../../kit/button.tsx";
import { useZone } from "../../parts/zone.ts";
import css from "./templates.module.css";

interface Props {
  readonly objectType: string;
  readonly now: Limited;
  /** As it is stored; null: it is new. */
  readonly stored: Limited | null;
}

const LEVELS: readonly { readonly id: Level; readonly label: string }[] = [
  { id: "warn", label: t`Warn` },
  { id: "breach", label: t`Limit` },
];

interface Told {
  readonly of: string;
  /** By level: as stored, as changed; null: there is no such limit. */
  readonly outcomes: Readonly<Record<Level, readonly [Outcome | null, Outcome | null]>>;
}

export function LimitTrial({ objectType, now, stored }: Props) {
  const zone = useZone();
  // The server’s clock: a browser’s may be wrong by hours.
  const at = useQuery({ ...alertsQuery, enabled: false }).data?.at;
  const [told, setTold] = useState<Told | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const of = JSON.stringify([now, stored]);
  const isChanged = stored !== null && !isSame(stored, now);
  const run = async (clock: number): Promise<Told["outcomes"]> => {
    const [from, to] = yesterday(clock / 1000, zone).map((ms) => Math.round(ms * 1000)) as [number, number];
    const one = async (limited: Limited | null, level: Level) => {
      const rule = limited === null ? null : ruleOf(objectType, limited, level);
      return rule === null ? null : tryRule(rule, from, to);
    };
    // One after the other: the server tries few at once.
    const pair = async (level: Level) => [isChanged ? await one(stored, level) : null, await one(now, level)] as const;
    return { warn: await pair("warn"), breach: await pair("breach") };
  };
  const start = () => {
    if (at === undefined) return;
    setBusy(true);
    setFailure(null);
    run(at)
      .then((outcomes) => {
        setTold({ of, outcomes });
      })
      .catch((error: unknown) => {
        setFailure(failureWords(error));
      })
      .finally(() => {
        setBusy(false);
      });
  };
  const hasLimit = now.limit.warn !== null || now.limit.breach !== null;
  return (
    <div className={css["trial"]}>
      <Button isDisabled={!hasLimit || isBusy || at === undefined} onPress={start}>
        <Trans>Try on yesterday</Trans>
      </Button>
      <div role="status">
        {failure !== null ? (
          <p className={css["failure"]}>{failure}</p>
        ) : told === null ? null : (
          <dl className={css["times"]} data-old={told.of !== of || undefined}>
            {LEVELS.filter(({ id }) => told.outcomes[id].some((outcome) => outcome !== null)).map(({ id, label }) => (
              <div key={id}>
                <dt>{label}</dt>
                <dd>{words(...told.outcomes[id])}</dd>
              </div>
            ))}
          </dl>
        )}
      </div>
    </div>
  );
}

const timesOf = (outcome: Outcome | null): string => (outcome === null ? t`no such limit` : outcome.since === null ? t`no past values are kept of it` : t`${plural(outcome.times, { one: "# time", other: "# times" })} over ${plural(outcome.objects, { one: "# object", other: "# objects" })}`);

const words = (stored: Outcome | null, now: Outcome | null): string => (stored === null ? t`Yesterday: ${timesOf(now)}` : t`Yesterday: ${timesOf(stored)} as stored, ${timesOf(now)} as changed`);
