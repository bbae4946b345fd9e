// One wall: how it stands, what it shows, where it came from, until when.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Fragment, useState } from "react";
import { boardsQuery } from "../../api/queries.ts";
import type { Share, Standing } from "../../api/shares.ts";
import { screenWords, standingNote, standingWords } from "../../boards/walls.ts";
import { dateAndTime, timeOfDay } from "../../kit/format.ts";
import { Mark } from "../../kit/marks.tsx";
import { ActionMenu } from "../../kit/menu.tsx";
import { useZone } from "../../parts/zone.ts";
import { ChangeWindow } from "./change-window.tsx";
import { TakeBackWindow } from "./take-back-window.tsx";
import css from "./walls.module.css";

export function WallItem({ wall, now }: { readonly wall: Share; readonly now: number }) {
  const zone = useZone();
  const [asked, ask] = useState<"change" | "take-back" | null>(null);
  const close = () => {
    ask(null);
  };
  const until = dateAndTime(wall.expires_at / 1000, zone);
  return (
    <li className={css["item"]} data-state={wall.state} data-testid={`wall-${wall.title}`}>
      <span className={css["mark"]}><StandingMark state={wall.state} /></span>
      <div className={css["stands"]}>
        <p className={css["word"]}>{standingWords(wall, (micros) => moment(micros / 1000, now, zone))}</p>
        <p className={css["quiet"]}>{standingNote(wall)}</p>
      </div>
      <div className={css["what"]}>
        <h2 className={css["title"]}>{wall.title}</h2>
        <p><BoardNames boards={wall.boards} /></p>
        <p className={css["quiet"]}>
          {wall.names_hidden ? t`${wall.every} s a page, agents without their names` : t`${wall.every} s a page`}
        </p>
      </div>
      <div className={css["from"]}>
        <p className={css["quiet"]}>{wall.by_code ? t`Paired by code, by ${wall.created_by}` : t`By a link of ${wall.created_by}`}</p>
        {wall.screens.length > 0 && <p className={css["quiet"]}>{screenWords(wall.screens).join(", ")}</p>}
        {wall.ends_soon ? (
          <p className={css["soon"]}><Mark level="warn" /> <Trans>Goes dark on {until}</Trans></p>
        ) : (
          <p className={css["quiet"]}><Trans>Until {until}</Trans></p>
        )}
      </div>
      <ActionMenu
        label={t`What to do with ${wall.title}`}
        entries={[
          { id: "change", label: t`Change …`, go: () => { ask("change"); } },
          { id: "take-back", label: t`Take back …`, isDanger: true, go: () => { ask("take-back"); } },
        ]}
      />
      {asked === "change" && <ChangeWindow wall={wall} onClose={close} />}
      {asked === "take-back" && <TakeBackWindow wall={wall} onClose={close} />}
    </li>
  );
}

function BoardNames({ boards }: { readonly boards: readonly string[] }) {
  const all = useQuery(boardsQuery).data ?? [];
  return boards.map((id, ix) => (
    <Fragment key={id}>
      {ix > 0 && ", "}
      {all.find((board) => board.id === id)?.title ?? id}
    </Fragment>
  ));
}

/** Each state has a shape of its own. */
function StandingMark({ state }: { readonly state: Standing }) {
  switch (state) {
    case "silent":
      return <Mark level="breach" />;
    case "still":
      return <Mark level="warn" />;
    case "live":
      return <svg viewBox="0 0 16 16" className={css["live"]} aria-hidden><circle cx="8" cy="8" r="5" fill="currentColor" /></svg>;
    case "never":
      return <svg viewBox="0 0 16 16" className={css["absent"]} aria-hidden><circle cx="8" cy="8" r="4.5" fill="none" stroke="currentColor" strokeWidth="1.6" /></svg>;
    case "unknown":
      return <svg viewBox="0 0 16 16" className={css["absent"]} aria-hidden><circle cx="8" cy="8" r="4.5" fill="none" stroke="currentColor" strokeWidth="1.6" strokeDasharray="2 2" /></svg>;
  }
}

const NEAR_MS = 12 * 3600e3;

/** A time; with its day where that is not near. */
const moment = (ms: number, now: number, zone: string): string => (Math.abs(ms - now) < NEAR_MS ? timeOfDay(ms, zone, false) : dateAndTime(ms, zone));
