// One alert: what is wrong, where, since when, what to do, and who takes care.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { acknowledge, alertsQuery, snooze, type Alert } from "../../api/alerts.ts";
import { failureWords } from "../../api/client.ts";
import { BECAUSE, conditionWords, valueWords } from "../../floor/rules.ts";
import { typeWord } from "../../floor/object-types.ts";
import { Button } from "../../kit/button.tsx";
import { dateAndTime, span, timeOfDay } from "../../kit/format.ts";
import { Mark } from "../../kit/marks.tsx";
import { useZone } from "../../parts/zone.ts";
import css from "./alerts.module.css";
import { NoteWindow } from "./note-window.tsx";

/** As long as somebody needs for what they are just doing. */
const SNOOZE_MINUTES = 15;

export function AlertItem({ alert, now, mayAct }: { readonly alert: Alert; readonly now: number; readonly mayAct: boolean }) {
  const zone = useZone();
  const client = useQueryClient();
  const [isNoting, setNoting] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const change = (changing: Promise<Alert>) => {
    setFailure(null);
    changing
      .catch((error: unknown) => {
        setFailure(failureWords(error));
      })
      .finally(() => void client.invalidateQueries({ queryKey: alertsQuery.queryKey }));
  };
  const value = valueWords(alert.value, alert.unit);
  const isOpen = alert.cleared_at === null;
  const level = alert.severity === "critical" ? "breach" : "warn";
  return (
    <li className={css["item"]} data-phase={alert.phase} data-level={level} data-testid={`alert-${alert.id}`}>
      <span className={css["mark"]}>
        <Mark level={level} label={alert.severity === "critical" ? t`Critical` : t`Warning`} />
      </span>
      <div className={css["what"]}>
        <p className={css["title"]}>{alert.title}</p>
        <p>
          <Where alert={alert} /> <span className={css["quiet"]}>{typeWord(alert.object_type)}</span>
        </p>
        {alert.text !== "" && <p className={css["quiet"]}>{alert.text}</p>}
        <Care alert={alert} now={now} zone={zone} />
        {failure !== null && (
          <p className={css["failure"]} role="alert">
            {failure}
          </p>
        )}
      </div>
      <div className={css["value"]}>
        {value !== null && <span className={css["figure"]}>{value}</span>}
        <span className={css["quiet"]}>
          {alert.statistic}, {conditionWords(alert.condition, alert.unit)}
        </span>
      </div>
      <div className={css["since"]}>
        {alert.cleared_at === null ? (
          <>
            <span className={css["figure"]}>{span(Math.max(0, (now - alert.raised_at) / 1e6))}</span>
            <span className={css["quiet"]}>{t`since ${moment(alert.raised_at, now, zone)}`}</span>
          </>
        ) : (
          <>
            <span>{dateAndTime(alert.raised_at / 1000, zone)}</span>
            <span className={css["quiet"]}>{t`for ${span((alert.cleared_at - alert.raised_at) / 1e6)}`}</span>
          </>
        )}
      </div>
      <div className={css["actions"]}>
        {isOpen && mayAct && alert.phase !== "acknowledged" && (
          <Button
            onPress={() => {
              setNoting(true);
            }}
          >
            <Trans>Acknowledge</Trans>
          </Button>
        )}
        {isOpen && mayAct && alert.phase !== "snoozed" && (
          <Button
            look="quiet"
            onPress={() => {
              change(snooze(alert.id, SNOOZE_MINUTES));
            }}
          >
            {t`Snooze ${SNOOZE_MINUTES} min`}
          </Button>
        )}
      </div>
      {isNoting && (
        <NoteWindow
          title={alert.title}
          onClose={() => {
            setNoting(false);
          }}
          onNote={(note) => {
            setNoting(false);
            change(acknowledge(alert.id, note));
          }}
        />
      )}
    </li>
  );
}

/** The object, and the way to it where there is a page of it. */
function Where({ alert }: { readonly alert: Alert }) {
  if (alert.object_type === "Queue") {
    return (
      <Link to="/queues/$queue" params={{ queue: alert.object }} className={css["link"]}>
        {alert.name}
      </Link>
    );
  }
  if (alert.object_type === "Agent") {
    return (
      <Link to="/agents/$agent" params={{ agent: alert.object }} className={css["link"]}>
        {alert.name}
      </Link>
    );
  }
  return <span>{alert.name}</span>;
}

/** What people, and we, did about it. */
function Care({ alert, now, zone }: { readonly alert: Alert; readonly now: number; readonly zone: string }) {
  const { acknowledged, snoozed, unknown_since: unknown, because } = alert;
  const lost = alert.deliveries.flatMap(({ state }) => (state.is === "failed" ? [state.cause] : []));
  return (
    <>
      {acknowledged !== null && (
        <p className={css["care"]}>
          {t`${acknowledged.by} takes care since ${moment(acknowledged.at, now, zone)}`}
          {acknowledged.note !== undefined && acknowledged.note !== "" && <q className={css["note"]}>{acknowledged.note}</q>}
        </p>
      )}
      {alert.phase === "snoozed" && snoozed !== null && <p className={css["care"]}>{t`Sleeps until ${moment(snoozed.until, now, zone)} (${snoozed.by})`}</p>}
      {unknown !== null && <p className={css["doubt"]}>{t`Nothing is known of it since ${moment(unknown, now, zone)}; it rings until its value is known to be well`}</p>}
      {because !== null && because !== "well" && <p className={css["quiet"]}>{t`Over, because ${BECAUSE[because]}`}</p>}
      {lost.map((cause) => (
        <p key={cause} className={css["doubt"]}>{t`The webhook was not told: ${cause}`}</p>
      ))}
    </>
  );
}

/** A time; with its day where that is not near. */
function moment(at: number, now: number, zone: string): string {
  return Math.abs(at - now) < 12 * 3600e6 ? timeOfDay(at / 1000, zone, false) : dateAndTime(at / 1000, zone);
}
