// Changing the settings of a widget, as pure steps: each answers what of the widget is new.
import { plural, t } from "@lingui/core/macro";
import type { Widget } from "../api/types.ts";
import { supportOf } from "../floor/subtotals.ts";
import type { Query, StatRef } from "../live/frame.ts";
import type { Settings } from "./edit.ts";

type Options = Readonly<Record<string, unknown>>;

const optionsOf = (widget: Pick<Widget, "options">): Options => widget.options ?? {};

/** One option set; undefined, empty texts and empty lists take it away, so that a board says only what somebody chose. */
export function setOption(widget: Pick<Widget, "options">, key: string, value: unknown): Settings {
  const { [key]: _, ...others } = optionsOf(widget);
  const isNothing = value === undefined || value === null || value === "" || value === false || (Array.isArray(value) && value.length === 0);
  return { options: isNothing ? others : { ...others, [key]: value } };
}

/** What a statistic is called in options and columns. */
export const statType = (stat: StatRef): string => (typeof stat === "string" ? stat : "stat_type" in stat ? stat.stat_type : (stat.name ?? stat.title ?? stat.formula));

export const profileOf = (stat: StatRef): string => (typeof stat === "object" && "stat_type" in stat ? (stat.time_profile ?? "Default") : "Default");

export const isFormula = (stat: StatRef): boolean => typeof stat === "object" && "formula" in stat;

/** The statistic over another time; back to its plain name where nothing else is said. */
export function withProfile(stat: StatRef, profile: string): StatRef {
  if (isFormula(stat)) return stat;
  const { time_profile: _, ...rest } = typeof stat === "string" ? { stat_type: stat } : (stat as Extract<StatRef, { stat_type: string }>);
  if (profile !== "Default") return { ...rest, time_profile: profile };
  return Object.keys(rest).length === 1 ? rest.stat_type : rest;
}

/** Statistics that somebody chose: those that are there for others' sake left out. */
export function chosenStats(widget: Pick<Widget, "query" | "options">): readonly StatRef[] {
  const support = new Set(supportNames(widget));
  return (widget.query?.statistics ?? []).filter((stat) => !support.has(statType(stat)));
}

function supportNames(widget: Pick<Widget, "options">): readonly string[] {
  const said = optionsOf(widget)["support"];
  return Array.isArray(said) ? said.map(String) : [];
}

/** Figures over several objects that need other statistics beside them get them, hidden. */
export function withStatistics(widget: Widget, chosen: readonly StatRef[], known: ReadonlySet<string>): Settings {
  if (widget.query === undefined) return {};
  const names = chosen.filter((stat) => !isFormula(stat)).map(statType);
  const needs = widget.kind === "kpi" || widget.kind === "gauge" || widget.kind === "list" || (widget.kind === "grid" && optionsOf(widget)["group_by"] === "group");
  const support = needs ? supportOf(names, known) : [];
  // Parts cover the same time as the whole that they make.
  const profiles = new Map(chosen.map((stat) => [statType(stat), profileOf(stat)]));
  const profile = [...profiles.values()].find((each) => each !== "Default") ?? "Default";
  const uniform = new Set(profiles.values()).size === 1 ? profile : "Default";
  const query: Query = { ...widget.query, statistics: [...chosen, ...support.map((name) => withProfile(name, uniform))] };
  return { query, ...setOption(widget, "support", support) };
}

/** Grouping on or off, with what its sub-totals need. */
export function withGrouping(widget: Widget, isGrouped: boolean, known: ReadonlySet<string>): Settings {
  const chosen = chosenStats(widget);
  const options = setOption(widget, "group_by", isGrouped ? "group" : undefined).options ?? {};
  const grouped = { ...widget, options };
  return withStatistics(grouped, chosen, known);
}

export function moved<T>(list: readonly T[], from: number, by: -1 | 1): readonly T[] {
  const to = from + by;
  const [one] = list.slice(from, from + 1);
  if (one === undefined || to < 0 || to >= list.length) return list;
  const rest = list.filter((_, ix) => ix !== from);
  return [...rest.slice(0, to), one, ...rest.slice(to)];
}

export interface LimitText {
  readonly warn: number | null;
  readonly breach: number | null;
  readonly when: "above" | "below";
  readonly back: number | null;
}

/** The limits of one statistic; without any the options forget it. */
export function withLimit(widget: Pick<Widget, "options">, statistic: string, limit: LimitText): Settings {
  // Plain limits are of the first statistic: from the first change on all limits stand by name.
  const { warn: _, breach: __, warn_below: ___, breach_below: ____, ...rest } = optionsOf(widget);
  const all = { ...((rest["thresholds"] as Options | undefined) ?? {}) };
  all[statistic] = { warn: limit.warn, breach: limit.breach, when: limit.when, ...(limit.back === null ? {} : { back: limit.back }) };
  return { options: { ...rest, thresholds: all } };
}

/** What a widget costs: cells that may change each second. */
export const costWords = (columns: number, rows: number): string => t`${plural(rows, { one: "# row", other: "# rows" })} × ${plural(columns, { one: "# column", other: "# columns" })} = ${plural(rows * columns, { one: "# live cell", other: "# live cells" })}`;
