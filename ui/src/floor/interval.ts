// What time a column covers, in words: now, since midnight, the last quarter of an hour.
import { t } from "@lingui/core/macro";
import type { Column } from "../live/frame.ts";
import { SHOWN } from "./statistics.ts";

/** The time profiles of the shipped library, as people say them. */
export const PROFILES: readonly { readonly id: string; readonly label: string; readonly short: string }[] = [
  { id: "Default", label: t`Since midnight`, short: t`today` },
  { id: "Last5", label: t`The last 5 minutes`, short: t`last 5 min` },
  { id: "Last15", label: t`The last 15 minutes`, short: t`last 15 min` },
  { id: "Last30", label: t`The last 30 minutes`, short: t`last 30 min` },
  { id: "Last60", label: t`The last hour`, short: t`last 60 min` },
  { id: "Quarter", label: t`This quarter of an hour`, short: t`this quarter` },
  { id: "Half_Hour", label: t`This half hour`, short: t`this half hour` },
  { id: "Hour", label: t`This hour`, short: t`this hour` },
];

export const NOW_WORD = t({ message: "now", comment: "The time that a column covers" });

const spanWord = (span: "now" | "today" | undefined, today: string, now: string): string | null => (span === undefined ? null : span === "now" ? now : today);

/** A key is `stat type|object type|time profile|...`. */
export const profileOfKey = (key: string): string => key.split("|")[2] ?? "";

/** `today`: what the day is called where it does not begin at midnight of the clocks shown. */
export function intervalWord(column: Column, today = t`today`, now = NOW_WORD): string | null {
  if (isNow(column)) return now;
  if (column.key.startsWith("formula|")) return null;
  const profile = profileOfKey(column.key);
  if (profile === "Default") return today;
  return PROFILES.find(({ id }) => id === profile)?.short ?? (profile === "" ? spanWord(SHOWN[column.statType]?.span, today, now) : profile.replace(/_/g, " "));
}

/** The same as a sentence; `today`: the sentence that says when the day began. */
export function intervalSentence(column: Column, today: string): string {
  if (isNow(column)) return t`As it is at this moment.`;
  const profile = profileOfKey(column.key);
  if (profile === "" || profile === "Default") return today;
  const label = PROFILES.find(({ id }) => id === profile)?.label;
  return label === undefined ? t`By the time profile ${profile}.` : `${label}.`;
}

export function isNow(column: Column): boolean {
  return column.unit === "status" || SHOWN[column.statType]?.span === "now" || /^(Current_|Curr[A-Z]|ExpectedWait)/.test(column.statType);
}

/** What all columns cover, when they cover the same; else each must say it for itself. */
export function commonInterval(columns: readonly Column[], today?: string, now?: string): string | null {
  const words = new Set(columns.map((column) => intervalWord(column, today, now)));
  const [word] = words;
  return words.size === 1 ? (word ?? null) : null;
}

const MINUTE = 60e6;
const SLIDING: Readonly<Record<string, number>> = { Last5: 5, Last15: 15, Last30: 30, Last60: 60 };
const PARTS: Readonly<Record<string, number>> = { Quarter: 15, Half_Hour: 30, Hour: 60 };

/** From when to when a column's value counts that holds at `at`, µs. A profile that is not known here is taken for the day: better too long than too short. */
export function coversOf(column: Column, at: number, dayFrom: number): readonly [number, number] {
  if (isNow(column)) return [at, at];
  const profile = profileOfKey(column.key);
  const sliding = SLIDING[profile];
  if (sliding !== undefined) return [at - sliding * MINUTE, at];
  const part = PARTS[profile];
  return [part === undefined ? dayFrom : dayFrom + Math.floor((at - dayFrom) / (part * MINUTE)) * part * MINUTE, at];
}
