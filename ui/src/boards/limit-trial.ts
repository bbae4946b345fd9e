// What the limits of a column would have marked: a column and its limits as rules that can be tried on the past.
import type { Rule } from "../api/alerts.ts";
import type { Widget } from "../api/types.ts";
import { readOptions } from "../floor/options.ts";
import type { StatRef } from "../live/frame.ts";
import { chosenStats, isFormula, statType, type LimitText } from "./settings.ts";

/** A column as it is, or was, defined, with its limits. */
export interface Limited {
  readonly stat: StatRef;
  readonly limit: LimitText;
}

export type Level = "warn" | "breach";

/** The column of a widget that is called so, with its limits. */
export function limitedOf(widget: Pick<Widget, "query" | "options">, name: string): Limited | null {
  const stat = chosenStats(widget).find((each) => statType(each) === name);
  if (stat === undefined) return null;
  const said = readOptions(widget.options, name).thresholds[name];
  return { stat, limit: { warn: said?.warn ?? null, breach: said?.breach ?? null, when: said?.when ?? "above", back: said?.back ?? null } };
}

/** The rule that rings where the column is marked; null where it has no such limit, or is computed from others. */
export function ruleOf(objectType: string, { stat, limit }: Limited, level: Level): Rule | null {
  const raise = limit[level];
  if (raise === null || isFormula(stat)) return null;
  const { stat_type, time_profile, time_range, filter } = typeof stat === "string" ? { stat_type: stat } as Extract<StatRef, { stat_type: string }> : (stat as Extract<StatRef, { stat_type: string }>);
  const back = limit.back ?? 0;
  const clear = limit.when === "above" ? raise - back : raise + back;
  return {
    title: stat_type,
    severity: "warning",
    object_type: objectType,
    objects: ["*"],
    statistic: { stat_type, ...(time_profile === undefined ? {} : { time_profile }), ...(time_range === undefined ? {} : { time_range }), ...(filter === undefined ? {} : { filter }) },
    condition: { is: limit.when, raise, ...(back > 0 ? { clear } : {}) },
    for_s: 0,
    clear_for_s: 0,
    enabled: true,
    private: true,
  };
}

/** Whether the two would mark otherwise. */
export const isSame = (one: Limited, other: Limited): boolean => JSON.stringify(one) === JSON.stringify(other);
