// Alerts and their rules: what is asked, what comes back.
import { queryOptions } from "@tanstack/react-query";
import type { Unit } from "../live/frame.ts";
import { call, get } from "./client.ts";

export type Severity = "warning" | "critical";
export type Phase = "raised" | "snoozed" | "acknowledged" | "cleared";

export type Condition =
  | { readonly is: "above" | "below"; readonly raise: number; readonly clear?: number }
  | { readonly is: "equal"; readonly to: number }
  | { readonly is: "state"; readonly states: readonly string[] };

/** Whether something was told to another system. */
export interface Delivery {
  readonly of: "raised" | "cleared";
  readonly state: { readonly is: "waiting" } | { readonly is: "delivered"; readonly at: number } | { readonly is: "failed"; readonly at: number; readonly cause: string };
}

export interface Alert {
  readonly id: string;
  readonly rule: string;
  readonly title: string;
  readonly text: string;
  readonly severity: Severity;
  readonly phase: Phase;
  readonly object_type: string;
  readonly object: string;
  readonly name: string;
  readonly definition: string;
  readonly statistic: string;
  readonly unit: Unit;
  readonly condition: Condition;
  /** Microseconds, like all times here. */
  readonly raised_at: number;
  readonly value: number | string | null;
  readonly unknown_since: number | null;
  readonly cleared_at: number | null;
  readonly because: "well" | "rule_changed" | "not_permitted" | "object_gone" | "forgotten" | null;
  readonly acknowledged: { readonly by: string; readonly at: number; readonly note?: string } | null;
  readonly snoozed: { readonly by: string; readonly until: number } | null;
  readonly deliveries: readonly Delivery[];
}

export interface Alerts {
  readonly at: number;
  readonly open: readonly Alert[];
  readonly recent: readonly Alert[];
}

export interface Rule {
  readonly title: string;
  readonly text?: string;
  readonly severity: Severity;
  readonly object_type: string;
  readonly objects: readonly string[];
  readonly statistic: { readonly stat_type: string; readonly time_profile?: string; readonly time_range?: string; readonly time_range2?: string; readonly filter?: string };
  readonly condition: Condition;
  readonly for_s: number;
  readonly clear_for_s: number;
  readonly enabled: boolean;
  readonly private: boolean;
  readonly webhook?: string;
}

export interface RuleLine {
  readonly id: string;
  readonly revision: number;
  readonly rule: Rule;
  readonly owner: string;
  readonly mine: boolean;
  readonly standing: "watched" | "off" | "asleep";
  readonly cause: string | null;
  readonly statistic: string;
  readonly unit: Unit;
}

export interface Firing {
  readonly object: string;
  readonly name: string;
  readonly raised_at: number;
  readonly cleared_at: number | null;
  readonly value: number | null;
}

/** When a rule would have rung. */
export interface Outcome {
  readonly from: number;
  readonly to: number;
  readonly since: number | null;
  readonly times: number;
  readonly firings: readonly Firing[];
  readonly objects: number;
  readonly left_out: number;
}

/** Pages ask so often; whoever has just changed something asks at once. */
const EVERY_MS = 10_000;

export const alertsQuery = queryOptions({ queryKey: ["alerts"], queryFn: () => get<Alerts>("/alerts"), refetchInterval: EVERY_MS, staleTime: 5_000 });

export const rulesQuery = queryOptions({ queryKey: ["rules"], queryFn: () => get<readonly RuleLine[]>("/rules"), staleTime: 0 });

const alertPath = (id: string): string => `/alerts/${encodeURIComponent(id)}`;
const rulePath = (id: string): string => `/rules/${encodeURIComponent(id)}`;

export const acknowledge = (id: string, note: string): Promise<Alert> => call("POST", `${alertPath(id)}/acknowledge`, { note });
export const snooze = (id: string, minutes: number): Promise<Alert> => call("POST", `${alertPath(id)}/snooze`, { minutes });

/** A new one, or over the revision that was read. */
export const storeRule = (rule: Rule, over: RuleLine | null): Promise<RuleLine> => (over === null ? call("POST", "/rules", rule) : call("PUT", rulePath(over.id), rule, over.revision));
export const removeRule = ({ id, revision }: RuleLine): Promise<void> => call<undefined>("DELETE", rulePath(id), undefined, revision);
export const tryRule = (rule: Rule, from: number, to: number): Promise<Outcome> => call("POST", "/rules/trial", { rule, from, to });
