// How the items make the number, in a sentence.
import { plural, t } from "@lingui/core/macro";
import type { Made, MadeItem } from "../api/made.ts";
import { count, duration, percent, span, THIN, timeOfDay } from "../kit/format.ts";
import type { Unit } from "../live/frame.ts";

/** A value of a unit, as text. */
export function valueText(value: number, unit: Unit): string {
  if (unit === "seconds") return duration(value);
  if (unit === "percent") return percent(value, 1) + THIN + "%";
  return count(value, Number.isInteger(value) ? 0 : 2);
}

/** "within 20 s", "from 5 s to 20 s", "from 20 s on" */
export function rangeWords([from, to]: readonly [number, number | null]): string {
  if (to === null) return t`from ${span(from)} on`;
  return from === 0 ? t`within ${span(to)}` : t`from ${span(from)} to ${span(to)}`;
}

const isNow = (rule: string): boolean => /^Current/.test(rule) && rule !== "CurrentContinuousTime";

/** The time that the number is about. */
export function timeWords({ rule, from, until }: Made, zone: string): string {
  const end = timeOfDay(until / 1000, zone);
  return isNow(rule) ? t`at ${end}` : t`from ${timeOfDay(from / 1000, zone)} to ${end}`;
}

/** The rule with its figures: "31 count from 00:00:00 to 14:05:12; 28 of them lie within 20 s." */
export function foldWords(made: Made, unit: Unit, zone: string): string {
  const { rule, main, rel, total, range } = made;
  const when = timeWords(made, zone);
  const n = main.count;
  if (made.status !== undefined) return t`The status stands as of ${timeOfDay(made.until / 1000, zone)}.`;
  const result = made.folded === null || made.empty ? null : valueText(made.folded, unit);
  const sum = duration(main.seconds);
  if (result === null) return t`Nothing adds up ${when}: there is no number yet.`;
  if (/InTimeRangePercentage$/.test(rule) && range !== undefined) return t`${main.in_range} of ${n} lie ${rangeWords(range)}, ${when}: ${result}.`;
  if (/NumberPercentage$/.test(rule) && range !== undefined) return t`${rel.count} are compared with, ${when}; ${main.in_range} count and lie ${rangeWords(range)}: ${result}.`;
  if (/InTimeRange$/.test(rule) && range !== undefined) return t`${n} count ${when}; ${main.in_range} of them lie ${rangeWords(range)}: ${result}.`;
  if (/(NumberPercentage|^RelativeNumber)$/.test(rule)) return t`${n} count of ${rel.count} that are compared with, ${when}: ${result}.`;
  if (/TimePercentage$/.test(rule)) {
    const whole = rule === "ElapsedTimePercentage" ? duration((made.until - made.from) / 1e6) : duration(rel.seconds);
    return t`${sum} of ${whole}, ${when}: ${result}.`;
  }
  if (/AverageTime$/.test(rule)) return t`${sum} in all, divided by ${rel.count}, ${when}: ${result}.`;
  if (/MaxTime$/.test(rule)) return t`The longest of ${n}, ${when}: ${result}.`;
  if (/MinTime$/.test(rule)) return t`The shortest of ${n}, ${when}: ${result}.`;
  if (/^(Total|TotalAdjusted|Current)Time$/.test(rule)) return plural(n, { one: `# stretch with ${sum} in all, ${when}: ${result}.`, other: `# stretches with ${sum} in all, ${when}: ${result}.` });
  const what = namesOf(made);
  if (/^(Total|TotalAdjusted|Current|CurrentDistinct)Number$/.test(rule) && what !== "") return t`${n} × ${what}, ${when}: ${result}.`;
  if (/^(Total|TotalAdjusted|Current|CurrentDistinct)Number$/.test(rule)) return plural(n, { one: `# counts ${when}: ${result}.`, other: `# count ${when}: ${result}.` });
  return plural(total, { one: `# entry, ${when}, comes to ${result} by the rule ${rule}.`, other: `# entries, ${when}, come to ${result} by the rule ${rule}.` });
}

/** What counts, where that can be told in a few words. */
function namesOf({ items }: Made): string {
  const names = [...new Set(items.filter(({ main }) => main).map(({ what }) => actionWords(what)))];
  return names.length > 3 ? "" : names.join(" / ");
}

const isTime = (rule: string): boolean => /Time$|TimePercentage$/.test(rule);

/** What one item adds: "+1", "+4:07", "compared with", "not in range". */
export function shareWords({ rule, range }: Made, item: MadeItem): string {
  if (item.value !== undefined) return count(item.value, 2);
  if (!item.main) return item.rel ? t`compared with` : t`for information`;
  if (range !== undefined && !item.in_range) return t`out of range`;
  return isTime(rule) ? `+${duration(item.seconds)}` : "+1";
}

/** "CallAnswered" -> "Call answered"; what is a word of its own stays one. */
export function actionWords(name: string): string {
  const words = name.replace(/([a-z0-9])([A-Z])/g, "$1 $2").replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2");
  return words.split(" ").map((word, ix) => (ix === 0 || /^[A-Z]{2,}$/.test(word) ? word : word.toLowerCase())).join(" ");
}

/** Whose it is, where that is somebody else than the object itself. */
export function whoWords({ of, by }: MadeItem, object: string): string {
  const one = by ?? (of?.object === object ? undefined : of);
  if (one === undefined) return "";
  return one.object ?? t`not shown to you`;
}
