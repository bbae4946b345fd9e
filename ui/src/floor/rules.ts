// Rules and alerts in the floor's words.
import { t } from "@lingui/core/macro";
import type { Alert, Condition, Rule } from "../api/alerts.ts";
import { span } from "../kit/format.ts";
import type { Unit } from "../live/frame.ts";
import { typeWords } from "./object-types.ts";
import { figure } from "./present.ts";
import { floorState } from "./states.ts";

/** A limit or a value, with its unit. */
export const amount = (value: number, unit: Unit): string => `${figure(value, unit)}${unit === "percent" ? "\u202f%" : ""}`;

const stateWord = (status: string): string => floorState({ status, since: null, reasons: {}, members: null }).word;

/** "over 1:00", "under 80 %", "not ready". */
export function conditionWords(condition: Condition, unit: Unit): string {
  switch (condition.is) {
    case "above":
      return t`over ${amount(condition.raise, unit)}`;
    case "below":
      return t`under ${amount(condition.raise, unit)}`;
    case "equal":
      return t`exactly ${amount(condition.to, unit)}`;
    case "state":
      return [...new Set(condition.states.map(stateWord))].join(", ");
  }
}

/** What was told of a value. */
export function valueWords(value: Alert["value"], unit: Unit): string | null {
  return value === null ? null : typeof value === "number" ? amount(value, unit) : stateWord(value);
}

/** "Longest wait over 1:00 for 30 s, queues: all". */
export function ruleWords({ condition, for_s, object_type, objects }: Rule, statistic: string, unit: Unit): string {
  const what = conditionWords(condition, unit);
  const where = `${typeWords(object_type)}: ${objects.includes("*") ? t`all` : objects.join(", ")}`;
  return for_s > 0 ? t`${statistic} ${what} for ${span(for_s)}. ${where}` : t`${statistic} ${what}. ${where}`;
}

export const BECAUSE: Readonly<Record<NonNullable<Alert["because"]>, string>> = {
  well: t`all is well again`,
  rule_changed: t`its rule was changed or removed`,
  not_permitted: t`the rule’s owner may not see it any more`,
  object_gone: t`it is no longer there`,
  forgotten: t`nothing was known of it for a day`,
};

/** What a rule is made of before anything is chosen. */
export interface RuleSeed {
  readonly type?: string | undefined;
  readonly statistic?: string | undefined;
  readonly object?: string | undefined;
  readonly limit?: string | undefined;
}

export function seededRule({ type, statistic, object, limit }: RuleSeed): Rule {
  const number = limit === undefined ? NaN : Number(limit);
  return {
    title: "",
    severity: "warning",
    object_type: type ?? "Queue",
    objects: [object ?? "*"],
    statistic: { stat_type: statistic ?? "" },
    condition: { is: "above", raise: Number.isFinite(number) ? number : 0 },
    for_s: 30,
    clear_for_s: 0,
    enabled: true,
    private: false,
  };
}

/** The day before this one in the viewer's zone, in milliseconds: from its midnight to the next. */
export function yesterday(nowMs: number, zone: string): readonly [number, number] {
  const parts = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hourCycle: "h23", hour: "2-digit", minute: "2-digit", second: "2-digit" }).formatToParts(nowMs);
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value ?? 0);
  const midnight = nowMs - ((of("hour") * 60 + of("minute")) * 60 + of("second")) * 1000 - (nowMs % 1000);
  return [midnight - 86_400_000, midnight];
}
