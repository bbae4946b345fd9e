// Who waits in this queue, one by one: how long, from where, to which number.
import { Plural, Trans } from "@lingui/react/macro";
import { t } from "@lingui/core/macro";
import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { Failure, failureWords } from "../../api/client.ts";
import { waitingQuery, type Contact, type Waiting } from "../../api/waiting.ts";
import { count, timeOfDay } from "../../kit/format.ts";
import { Bone } from "../../kit/notice.tsx";
import { Scroll } from "../../kit/scroll.tsx";
import { Elapsed } from "../../parts/elapsed.tsx";
import { useZone } from "../../parts/zone.ts";
import css from "./waiting.module.css";

export function WhoWaits({ queue }: { readonly queue: string }) {
  const { data, error, isPending } = useQuery(waitingQuery("Queue", queue));
  const title = useId();
  const zone = useZone();
  return (
    <aside className={css["aside"]} aria-labelledby={title}>
      <header className={css["head"]}>
        <h2 id={title}>
          <Trans>Who waits</Trans>
        </h2>
        {data !== undefined && (
          <span className={css["quiet"]} data-testid="waiting-total">
            {count(data.total)} · {timeOfDay(data.at / 1000, zone)}
          </span>
        )}
      </header>
      {error !== null && (
        <p className={css["doubt"]} role="status">
          {sentence(error)}
        </p>
      )}
      {data !== undefined ? <List waiting={data} isStale={error !== null} zone={zone} /> : isPending && <Bones />}
    </aside>
  );
}

const sentence = (error: unknown): string => (error instanceof Failure && error.code === "not_available" ? t`Nobody here can tell who waits.` : t`Not up to date: ${failureWords(error)}.`);

function List({ waiting, isStale, zone }: { readonly waiting: Waiting; readonly isStale: boolean; readonly zone: string }) {
  const more = waiting.total - waiting.contacts.length;
  if (waiting.contacts.length === 0) {
    return (
      <p className={css["none"]}>
        <Trans>Nobody waits.</Trans>
      </p>
    );
  }
  return (
    <Scroll className={css["scroll"]} label={t`Who waits`}>
      <ol className={css["list"]}>
        {waiting.contacts.map((contact, ix) => (
          <Line key={contact.contact ?? `${contact.since} ${ix}`} contact={contact} isStale={isStale} zone={zone} />
        ))}
      </ol>
      {more > 0 && (
        <p className={css["quiet"]}>
          <Plural value={more} one="and # more" other="and # more" />
        </p>
      )}
      {waiting.masked && waiting.contacts.some(({ from }) => from !== undefined) && (
        <p className={css["quiet"]}>
          <Trans>Your role shows the ends of numbers alone.</Trans>
        </p>
      )}
    </Scroll>
  );
}

function Line({ contact, isStale, zone }: { readonly contact: Contact; readonly isStale: boolean; readonly zone: string }) {
  const since = timeOfDay(contact.since / 1000, zone);
  const about = [contact.customer, contact.dialed === undefined ? undefined : t`to ${contact.dialed}`, contact.media, contact.call_type?.toLowerCase()].filter(Boolean).join(" · ");
  return (
    <li className={css["line"]} data-testid="waiting-contact" title={contact.contact === undefined ? t`since ${since}` : t`since ${since}, call ${contact.contact}`}>
      <span className={css["from"]}>{contact.from ?? t`Number unknown`}</span>
      <span className={css["wait"]}>
        <Elapsed since={contact.since} isStale={isStale} />
      </span>
      <span className={css["about"]}>{about}</span>
    </li>
  );
}

function Bones() {
  return (
    <div className={css["bones"]} aria-hidden>
      {["80%", "65%", "72%"].map((width) => (
        <Bone key={width} width={width} height="1rem" />
      ))}
    </div>
  );
}
