// What time a column covers, in words: now, since midnight, the last quarter of an hour.
import type { Column } from "../live/frame.ts";
import { SHOWN } from "./statistics.ts";

/** The time profiles of the shipped library, as people say them. */
export const PROFILES: readonly { readonly id: string; readonly label: string; readonly short: string }[] = [
  { id: "Default", label: "Since midnight", short: "today" },
  { id: "Last5", label: "The last 5 minutes", short: "last 5 min" },
  { id: "Last15", label: "The last 15 minutes", short: "last 15 min" },
  { id: "Last30", label: "The last 30 minutes", short: "last 30 min" },
  { id: "Last60", label: "The last hour", short: "last 60 min" },
  { id: "Quarter", label: "This quarter of an hour", short: "this quarter" },
  { id: "Half_Hour", label: "This half hour", short: "this half hour" },
  { id: "Hour", label: "This hour", short: "this hour" },
];

/** A key is `stat type|object type|time profile|...`. */
export const profileOfKey = (key: string): string => key.split("|")[2] ?? "";

export function intervalWord(column: Column): string | null {
  if (isNow(column)) return "now";
  if (column.key.startsWith("formula|")) return null;
  const profile = profileOfKey(column.key);
  return PROFILES.find(({ id }) => id === profile)?.short ?? (profile === "" ? (SHOWN[column.statType]?.span ?? null) : profile.replace(/_/g, " "));
}

/** The same as a sentence, with the zone in which days begin. */
export function intervalSentence(column: Column, zone: string): string {
  if (isNow(column)) return "As it is at this moment.";
  const profile = profileOfKey(column.key);
  if (profile === "" || profile === "Default") return `Since 00:00 ${zone}.`;
  const label = PROFILES.find(({ id }) => id === profile)?.label;
  return label === undefined ? `By the time profile ${profile}.` : `${label}.`;
}

function isNow(column: Column): boolean {
  return column.unit === "status" || SHOWN[column.statType]?.span === "now" || /^(Current_|Curr[A-Z]|ExpectedWait)/.test(column.statType);
}

/** What all columns cover, when they cover the same; else each must say it for itself. */
export function commonInterval(columns: readonly Column[]): string | null {
  const words = new Set(columns.map(intervalWord));
  const [word] = words;
  return words.size === 1 ? (word ?? null) : null;
}
