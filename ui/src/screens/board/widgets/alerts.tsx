// Limits that are passed now, on this board or on others, newest first; each may be snoozed in this browser.
import { t } from "@lingui/core/macro";
import { useQueries, useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useReducer, useState } from "react";
import { boardQuery, boardsQuery } from "../../../api/queries.ts";
import type { Widget } from "../../../api/types.ts";
import { alarmsOf, isSnoozed, newestFirst, SNOOZE_MINUTES, stand, tidySnoozed, type Alarm, type Board, type Snoozed } from "../../../floor/alarms.ts";
import { LEVEL_WORDS } from "../../../floor/thresholds.ts";
import { timeOfDay } from "../../../kit/format.ts";
import { IconButton } from "../../../kit/icon-button.tsx";
import { Mark } from "../../../kit/marks.tsx";
import { Notice } from "../../../kit/notice.tsx";
import type { Figures } from "../../../live/figures.ts";
import type { Micros, Query } from "../../../live/frame.ts";
import { useEventSecond, useLive, useSampled } from "../../../live/hooks.ts";
import { Elapsed } from "../../../parts/elapsed.tsx";
import { useTrust } from "../../../parts/trust.ts";
import { useZone } from "../../../parts/zone.ts";
import { useBoard } from "../board-context.ts";
import { useWidgetDemand } from "../widget-frame.tsx";
import { chosenRows, useOptions } from "../widget-state.tsx";
import css from "./alerts.module.css";

const KEY = "pulse.snoozed";
/** Tables that one alert widget follows at most. */
const SOURCES_MAX = 24;

export function AlertsWidget({ widget }: { readonly widget: Widget }) {
  const sources = useSourceWidgets(widget);
  const live = useLive();
  const { isStale } = useTrust();
  const zone = useZone();
  const now = useEventSecond();
  const [{ board }, hear] = useReducer(hearAlarms, { found: new Map(), board: new Map() });
  const [snoozed, snooze] = useSnoozed(now);
  const report = useCallback(
    (id: string, alarms: readonly Alarm[] | null) => {
      const at = live.now();
      if (at !== null) hear({ id, alarms, at });
    },
    [live],
  );

  const shown = newestFirst(board);
  const loud = shown.filter(({ key }) => now === null || !isSnoozed(snoozed, key, now));
  return (
    <div className={css["area"]}>
      {sources.map(({ key, widget: source, query }) => (
        <Source key={key} id={key} widget={source} query={query} report={report} />
      ))}
      {shown.length === 0 ? (
        <Notice title={t`Nothing is beyond its limit`}>{sources.length === 0 ? t`None of the widgets that it watches has limits.` : t`What passes a limit appears here by itself.`}</Notice>
      ) : (
        <ul className={css["list"]}>
          {[...loud, ...shown.filter((alarm) => !loud.includes(alarm))].map((alarm) => {
            const isQuiet = !loud.includes(alarm);
            return (
              <li key={alarm.key} className={css["alarm"]} data-level={alarm.level} data-quiet={isQuiet || undefined}>
                {alarm.level !== "calm" && <Mark level={alarm.level} label={LEVEL_WORDS[alarm.level]} />}
                <span className={css["what"]}>
                  <strong>{alarm.name}</strong> <span className={css["words"]}>{alarm.words}</span>
                </span>
                <span className={css["since"]} title={t`Since ${timeOfDay(alarm.since / 1000, zone)}`}>
                  {isQuiet ? t`until ${timeOfDay((snoozed[alarm.key] ?? 0) / 1000, zone, false)}` : <Elapsed since={alarm.since} isStale={isStale} />}
                </span>
                <IconButton
                  small
                  icon={isQuiet ? "play" : "pause"}
                  label={isQuiet ? t`Wake ${alarm.name}` : t`Snooze ${alarm.name} for ${SNOOZE_MINUTES} minutes`}
                  onPress={() => {
                    snooze(alarm.key, isQuiet);
                  }}
                />
              </li>
            );
          })}
        </ul>
      )}
    </div>
  );
}

function Source({ id, widget, query, report }: { readonly id: string; readonly widget: Widget; readonly query: Query; readonly report: (id: string, alarms: readonly Alarm[] | null) => void }) {
  const of = useWidgetDemand(widget, query);
  const options = useOptions(widget);
  const alarms = useSampled(
    of,
    1000,
    useCallback((figures: Figures) => alarmsOf(chosenRows(figures, options), figures.shape.columns, options.thresholds), [options]),
  );
  useEffect(() => {
    report(id, alarms);
  }, [id, alarms, report]);
  // A widget that is gone raises no alarms.
  useEffect(
    () => () => {
      report(id, null);
    },
    [id, report],
  );
  return null;
}

interface Heard {
  readonly found: ReadonlyMap<string, readonly Alarm[]>;
  readonly board: Board;
}

function hearAlarms({ found: known, board }: Heard, { id, alarms, at }: { readonly id: string; readonly alarms: readonly Alarm[] | null; readonly at: Micros }): Heard {
  const found = new Map(known);
  if (alarms === null) found.delete(id);
  else found.set(id, alarms);
  return { found, board: stand(board, [...found.values()].flat(), at) };
}

interface SourceWidget {
  readonly key: string;
  readonly widget: Widget;
  readonly query: Query;
}

/** The widgets with values of the boards that it watches: this one, chosen ones, or all. */
function useSourceWidgets(widget: Widget): readonly SourceWidget[] {
  const { board, isShared } = useBoard();
  const said = widget.options?.["boards"];
  const all = useQuery({ ...boardsQuery, enabled: said === "*" && !isShared }).data;
  const wanted = isShared ? [board] : said === "*" ? (all ?? []).map(({ id }) => id) : Array.isArray(said) && said.length > 0 ? said.map(String) : [board];
  const boards = useQueries({ queries: wanted.map((id) => boardQuery(id)), combine: (answers) => answers.map((answer) => answer.data) });
  return useMemo(
    () =>
      boards
        .flatMap((each) => (each?.widgets ?? []).flatMap((one) => (one.query !== undefined && ["kpi", "gauge", "list", "grid"].includes(one.kind) ? [{ key: `${each?.id}/${one.id}`, widget: one, query: one.query }] : [])))
        .slice(0, SOURCES_MAX),
    [boards],
  );
}

function useSnoozed(now: Micros | null): readonly [Snoozed, (key: string, isOver: boolean) => void] {
  const [snoozed, setSnoozed] = useState<Snoozed>(readSnoozed);
  const snooze = (key: string, isOver: boolean) => {
    if (now === null) return;
    const after = { ...tidySnoozed(snoozed, now), [key]: isOver ? 0 : now + SNOOZE_MINUTES * 60e6 };
    setSnoozed(after);
    try {
      localStorage.setItem(KEY, JSON.stringify(after));
    } catch {
      // It then lasts as long as the page.
    }
  };
  return [snoozed, snooze];
}

function readSnoozed(): Snoozed {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return typeof kept === "object" && kept !== null ? Object.fromEntries(Object.entries(kept).filter((entry): entry is [string, number] => typeof entry[1] === "number")) : {};
  } catch {
    return {};
  }
}
