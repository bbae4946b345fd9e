// What differs between two versions of a board, in words.
import { plural, t } from "@lingui/core/macro";
import type { Board, Widget } from "../api/types.ts";
import type { Query, StatRef } from "../live/frame.ts";
import { shortTitle } from "../floor/statistics.ts";
import { kindWord } from "./kinds.ts";

/** One sentence for each difference, from `before` to `after`; none where they are the same. */
export function differences(before: Board, after: Board): readonly string[] {
  const said: string[] = [];
  if (before.title !== after.title) said.push(t`The board was called “${before.title}”, then “${after.title}”.`);
  if ((before.description ?? "") !== (after.description ?? "")) said.push(t`Its description changed.`);
  said.push(...tabDifferences(before, after));
  const old = new Map(before.widgets.map((widget) => [widget.id, widget]));
  const kept = new Set(after.widgets.map(({ id }) => id));
  for (const widget of after.widgets) {
    const was = old.get(widget.id);
    if (was === undefined) said.push(t`“${widget.title}” was added (${kindWord(widget.kind)}).`);
    else said.push(...widgetDifferences(was, widget));
  }
  for (const widget of before.widgets) if (!kept.has(widget.id)) said.push(t`“${widget.title}” was removed.`);
  return said;
}

function tabDifferences(before: Board, after: Board): readonly string[] {
  const [old, now] = [before.tabs ?? [], after.tabs ?? []];
  const said: string[] = [];
  for (const tab of now) {
    const was = old.find(({ id }) => id === tab.id);
    if (was === undefined) said.push(t`The tab “${tab.title}” was added.`);
    else if (was.title !== tab.title) said.push(t`The tab “${was.title}” became “${tab.title}”.`);
  }
  for (const tab of old) if (!now.some(({ id }) => id === tab.id)) said.push(t`The tab “${tab.title}” was removed.`);
  return said;
}

export function widgetDifferences(was: Widget, is: Widget): readonly string[] {
  const name = `“${is.title}”`;
  const said: string[] = [];
  if (was.title !== is.title) said.push(t`“${was.title}” became ${name}.`);
  if (was.kind !== is.kind) said.push(t`${name} was a ${kindWord(was.kind)}, then a ${kindWord(is.kind)}.`);
  if (was.x !== is.x || was.y !== is.y || was.tab !== is.tab) said.push(t`${name} was moved.`);
  if (was.w !== is.w || was.h !== is.h) said.push(t`${name} went from ${was.w} × ${was.h} to ${is.w} × ${is.h}.`);
  said.push(...queryDifferences(name, was.query, is.query), ...optionDifferences(name, was.options ?? {}, is.options ?? {}));
  return said;
}

function queryDifferences(name: string, was: Query | undefined, is: Query | undefined): readonly string[] {
  if (was === undefined || is === undefined) return was === is ? [] : [t`${name} shows other values.`];
  const said: string[] = [];
  if (was.object_type !== is.object_type) said.push(t`${name} shows ${is.object_type} instead of ${was.object_type}.`);
  if (JSON.stringify(was.objects) !== JSON.stringify(is.objects)) said.push(t`${name} shows ${objectsWords(is)} instead of ${objectsWords(was)}.`);
  const key = (stat: StatRef) => JSON.stringify(stat);
  const [before, after] = [new Set(was.statistics.map(key)), new Set(is.statistics.map(key))];
  const gained = is.statistics.filter((stat) => !before.has(key(stat))).map(statName);
  const lost = was.statistics.filter((stat) => !after.has(key(stat))).map(statName);
  if (gained.length > 0) said.push(t`${name} gained ${gained.join(", ")}.`);
  if (lost.length > 0) said.push(t`${name} lost ${lost.join(", ")}.`);
  if (gained.length + lost.length === 0 && JSON.stringify(was.statistics) !== JSON.stringify(is.statistics)) said.push(t`${name} has its statistics in another order.`);
  return said;
}

const objectsWords = ({ objects }: Query): string => (objects === "*" ? t`all objects` : t`${plural(objects.length, { one: "# chosen object", other: "# chosen objects" })}`);

/** A statistic as people call it. */
export function statName(stat: StatRef): string {
  if (typeof stat === "string") return shortTitle(stat);
  if (stat.title !== undefined && stat.title !== "") return stat.title;
  return "stat_type" in stat ? shortTitle(stat.stat_type) : (stat.name ?? stat.formula);
}

const OPTION_WORDS: Readonly<Record<string, string>> = {
  thresholds: t`limits`,
  warn: t`limits`,
  breach: t`limits`,
  warn_below: t`limits`,
  breach_below: t`limits`,
  sort: t`order`,
  select: t`selection`,
  group_by: t`grouping`,
  pinned: t`pinned rows`,
  minutes: t`time span`,
  formats: t`conditional formats`,
  text: t`text`,
  url: t`address`,
  sparks: t`sparklines`,
  zone: t`time zone`,
};

function optionDifferences(name: string, was: Readonly<Record<string, unknown>>, is: Readonly<Record<string, unknown>>): readonly string[] {
  const keys = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter((key) => JSON.stringify(was[key]) !== JSON.stringify(is[key]));
  const words = [...new Set(keys.map((key) => OPTION_WORDS[key] ?? t`appearance`))];
  return words.map((word) => t`${name}: ${word} changed.`);
}
