// Limits that are passed now, remembered over time: since when, which are new, which are snoozed.
import { byText } from "../kit/collate.ts";
import { t } from "@lingui/core/macro";
import { count, duration, percent, span } from "../kit/format.ts";
import type { Column, Micros, Row } from "../live/frame.ts";
import { shortTitle } from "./statistics.ts";
import { levelOf, rank, type Level, type Thresholds } from "./thresholds.ts";

export interface Alarm {
  /** Object and statistic: one alarm, however many widgets show it. */
  readonly key: string;
  readonly object: string;
  readonly objectType: string;
  readonly name: string;
  readonly level: Level;
  /** "Longest wait 2:31, over 2 min". */
  readonly words: string;
}

/** What is beyond a limit among the rows of one widget. */
export function alarmsOf(rows: readonly Row[], columns: readonly Column[], thresholds: Thresholds): readonly Alarm[] {
  return rows.flatMap((row) =>
    columns.flatMap((column, ix) => {
      const cell = row.cells[ix];
      const threshold = thresholds[column.statType];
      if (typeof cell?.v !== "number" || threshold === undefined || cell.flags.includes("empty") || cell.flags.includes("stale")) return [];
      const level = levelOf(cell.v, threshold);
      if (level === "calm") return [];
      const limit = (level === "breach" ? threshold.breach : threshold.warn) ?? 0;
      const value = `${shortTitle(column.statType, column.title)} ${shown(cell.v, column)}`;
      const passed = column.unit === "seconds" ? span(limit) : shown(limit, column);
      const words = threshold.when === "above" ? t`${value}, over ${passed}` : t`${value}, under ${passed}`;
      return [{ key: `${row.objectType}|${row.object}|${column.key}`, object: row.object, objectType: row.objectType, name: row.name, level, words }];
    }),
  );
}

function shown(value: number, { unit }: Column): string {
  if (unit === "seconds") return duration(value);
  return unit === "percent" ? `${percent(value)}\u202f%` : count(value, Number.isInteger(value) ? 0 : 1);
}

export interface Standing extends Alarm {
  readonly since: Micros;
}

export type Board = ReadonlyMap<string, Standing>;

/** The alarms that stand after `now`; those that stood before keep their beginning, unless they became worse. */
export function stand(before: Board, now: readonly Alarm[], at: Micros): Board {
  const after = new Map<string, Standing>();
  for (const alarm of now) {
    const known = before.get(alarm.key);
    const other = after.get(alarm.key);
    if (other !== undefined && rank(other.level) >= rank(alarm.level)) continue;
    after.set(alarm.key, { ...alarm, since: known !== undefined && rank(known.level) >= rank(alarm.level) ? known.since : at });
  }
  return after;
}

/** Newest first; of those that began together the worst first. */
export const newestFirst = (board: Board): readonly Standing[] => [...board.values()].sort((a, b) => b.since - a.since || rank(b.level) - rank(a.level) || byText(a.name, b.name));

/** Until when each alarm is silenced, by its key. */
export type Snoozed = Readonly<Record<string, number>>;

export const SNOOZE_MINUTES = 15;

export const isSnoozed = (snoozed: Snoozed, key: string, at: Micros): boolean => (snoozed[key] ?? 0) > at;

/** What is still to come; the rest is forgotten. */
export const tidySnoozed = (snoozed: Snoozed, at: Micros): Snoozed => Object.fromEntries(Object.entries(snoozed).filter(([, until]) => until > at));
