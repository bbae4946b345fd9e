// When a number deserves attention. Limits come from a widget's options; these are the ones used where it says nothing.
import { t } from "@lingui/core/macro";
import type { StateKind } from "./states.ts";

export type Level = "calm" | "warn" | "breach";

export interface Threshold {
  readonly warn: number | null;
  readonly breach: number | null;
  readonly when: "above" | "below";
  /** How far a value must come back before its level falls: what trembles at a limit must not blink. */
  readonly back?: number;
}

/** What a mark says aloud. */
export const LEVEL_WORDS: Readonly<Record<Exclude<Level, "calm">, string>> = { warn: t`close to the limit`, breach: t`beyond the limit` };

export type Thresholds = Readonly<Record<string, Threshold>>;

const above = (warn: number, breach: number): Threshold => ({ warn, breach, when: "above" });
const below = (warn: number, breach: number): Threshold => ({ warn, breach, when: "below" });

export const DEFAULTS: Thresholds = {
  Current_In_Queue: above(9, 19),
  CurrMaxCallWaitingTime: above(60, 120),
  CurrAverageCallWaitingTime: above(45, 90),
  ExpectedWaitTime: above(120, 300),
  ServiceFactor: below(80, 60),
  Service_Level: below(80, 60),
  Service_Level_Simple: below(80, 60),
  Answered_Percentage: below(90, 80),
  Abandoned_Percentage: above(8, 15),
  Average_Wait_Time: above(30, 60),
};

/** How long one may stay in a state before someone should look, seconds. */
export const STATE_LIMITS: Readonly<Partial<Record<StateKind, Threshold>>> = {
  call: above(15 * 60, 30 * 60),
  hold: above(2 * 60, 5 * 60),
  ringing: above(20, 45),
  wrap: above(3 * 60, 6 * 60),
  "not-ready": above(30 * 60, 60 * 60),
};

export function levelOf(value: number | null, threshold: Threshold | undefined): Level {
  if (value === null || threshold === undefined) return "calm";
  if (isBeyond(value, threshold.breach, threshold.when)) return "breach";
  return isBeyond(value, threshold.warn, threshold.when) ? "warn" : "calm";
}

/** The level after a value, given the one before: rising at once, falling only when the value has come back by `back`. */
export function levelAfter(before: Level, value: number | null, threshold: Threshold | undefined): Level {
  const plain = levelOf(value, threshold);
  const back = threshold?.back ?? 0;
  if (value === null || threshold === undefined || back <= 0 || RANK[plain] >= RANK[before]) return plain;
  const held = levelOf(threshold.when === "above" ? value + back : value - back, threshold);
  return RANK[held] < RANK[before] ? held : before;
}

function isBeyond(value: number, limit: number | null, when: Threshold["when"]): boolean {
  return limit !== null && (when === "above" ? value > limit : value < limit);
}

const RANK: Readonly<Record<Level, number>> = { calm: 0, warn: 1, breach: 2 };

export const rank = (level: Level): number => RANK[level];
export const worst = (a: Level, b: Level): Level => (RANK[a] >= RANK[b] ? a : b);

/** Limits from a widget's options, over the defaults; what can't be read is left out. */
export function readThresholds(options: unknown): Thresholds {
  const said = isRecord(options) ? options["thresholds"] : undefined;
  if (!isRecord(said)) return DEFAULTS;
  const read = Object.entries(said).flatMap(([stat, limit]) => {
    if (!isRecord(limit)) return [];
    const when = limit["when"] ?? limit["direction"] ?? DEFAULTS[stat]?.when ?? "above";
    const back = limitOf(limit["back"]);
    return [[stat, { warn: limitOf(limit["warn"]), breach: limitOf(limit["breach"]), when: when === "below" ? "below" : "above", ...(back === null ? {} : { back }) } as const]];
  });
  return { ...DEFAULTS, ...Object.fromEntries(read) };
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
const limitOf = (value: unknown): number | null => (typeof value === "number" && Number.isFinite(value) ? value : null);
