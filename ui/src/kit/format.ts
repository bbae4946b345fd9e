// Numbers, durations, percentages and times of day as text, in the language of the pages; the zone is an argument.
import { i18n } from "@lingui/core";
import { plural, t } from "@lingui/core/macro";

/** Narrow no-break space: parts units from figures. */
export const THIN = "\u202f";

/** The viewer's own variant of the language of the pages: "en-GB" of English. */
export const region = (): string => (Array.isArray(i18n.locales) ? i18n.locales[0] : i18n.locales) ?? i18n.locale;

const numbers = new Map<number, Intl.NumberFormat>();

function numberFormat(decimals: number): Intl.NumberFormat {
  const made = numbers.get(decimals) ?? new Intl.NumberFormat(region(), { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  numbers.set(decimals, made);
  return made;
}

/** 1234567 -> "1,234,567" or "1.234.567"; fractions only when asked. */
export function count(value: number, decimals = 0): string {
  const sign = value < 0 && Number(value.toFixed(decimals)) !== 0 ? "\u2212" : "";
  const size = Math.abs(value);
  // Most figures on a floor are small: they need no rules of a language.
  return sign + (decimals === 0 && size < 999.5 ? String(Math.round(size)) : numberFormat(decimals).format(size));
}

/** Seconds -> 0:07, 4:07, 1:02:33. Parts of a second are cut, as a clock does. */
export function duration(seconds: number): string {
  const all = Math.floor(Math.abs(seconds));
  const sign = seconds < 0 && all > 0 ? "\u2212" : "";
  const h = Math.floor(all / 3600);
  const m = Math.floor((all % 3600) / 60);
  const s = String(all % 60).padStart(2, "0");
  return sign + (h > 0 ? `${h}:${String(m).padStart(2, "0")}:${s}` : `${m}:${s}`);
}

/** Seconds in words, for screen readers and sentences: "4 minutes 7 seconds". */
export function durationWords(seconds: number): string {
  const all = Math.floor(Math.abs(seconds));
  const [h, m, s] = [Math.floor(all / 3600), Math.floor((all % 3600) / 60), all % 60];
  const words = [
    ...(h > 0 ? [t`${plural(h, { one: "# hour", other: "# hours" })}`] : []),
    ...(m > 0 ? [t`${plural(m, { one: "# minute", other: "# minutes" })}`] : []),
    ...(s > 0 || all === 0 ? [t`${plural(s, { one: "# second", other: "# seconds" })}`] : []),
  ];
  return words.slice(0, 2).join(" ");
}

/** A limit in the shortest clear form: 45 s, 2 min, 1 h 30 min. */
export function span(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)}${THIN}s`;
  if (seconds < 3600) {
    const m = Math.floor(seconds / 60);
    const s = Math.round(seconds % 60);
    return s === 0 ? `${m}${THIN}min` : duration(seconds);
  }
  const h = Math.floor(seconds / 3600);
  const m = Math.round((seconds % 3600) / 60);
  return m === 0 ? `${h}${THIN}h` : `${h}${THIN}h ${m}${THIN}min`;
}

/** 72.6 -> "73"; the sign stands apart, in a quieter tone. */
export function percent(value: number, decimals = 0): string {
  return count(value, decimals);
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** Time of day in a zone; an unknown zone falls back to UTC. */
export function timeOfDay(unixMs: number, zone: string, withSeconds = true): string {
  const key = `${zone}${withSeconds ? "s" : ""}`;
  let clock = clocks.get(key);
  if (clock === undefined) {
    clock = makeClock(zone, withSeconds);
    clocks.set(key, clock);
  }
  return clock.format(unixMs);
}

function makeClock(timeZone: string, withSeconds: boolean): Intl.DateTimeFormat {
  const shape: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  if (withSeconds) shape.second = "2-digit";
  try {
    return new Intl.DateTimeFormat("en-GB", { ...shape, timeZone });
  } catch {
    return new Intl.DateTimeFormat("en-GB", { ...shape, timeZone: "UTC" });
  }
}

/** "Mon 28 Nov" in a zone; an unknown zone falls back to UTC. */
export function dayWord(unixMs: number, zone: string): string {
  const shape: Intl.DateTimeFormatOptions = { weekday: "short", day: "numeric", month: "short" };
  const day = (timeZone: string) => new Intl.DateTimeFormat(region(), { ...shape, timeZone }).format(unixMs);
  try {
    return day(zone);
  } catch {
    return day("UTC");
  }
}

/** "Mon 28 Nov, 14:05" in a zone; an unknown zone falls back to UTC. */
export const dateAndTime = (unixMs: number, zone: string, withSeconds = false): string => `${dayWord(unixMs, zone)}, ${timeOfDay(unixMs, zone, withSeconds)}`;

/** Numbers up to nine as words at the head of a sentence. */
export function spelled(n: number): string {
  return [t`No`, t`One`, t`Two`, t`Three`, t`Four`, t`Five`, t`Six`, t`Seven`, t`Eight`, t`Nine`][n] ?? count(n);
}
