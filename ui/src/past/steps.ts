// Instants of the past, in seconds: which steps history keeps, how one goes from one to the next, which day they belong to. Pure.
import { dayBegan, secondOfDay } from "../floor/zones.ts";

/** Steps of this length are kept for a day, */
const STEP = 10;
const RECENT = 24 * 3600;
/** and of this length as long as anything. */
const STEP_OLDER = 60;
/** The values of a step are stored by then. */
const SETTLED = 15;
const PAGE = 600;
const HALF_DAY = 43_200;

/** `now`: the newest second heard of; `kept`: for how many seconds values are kept. */
export interface Reach {
  readonly now: number;
  readonly kept: number;
}

export const newest = (now: number): number => Math.floor((now - SETTLED) / STEP) * STEP;

export const oldest = ({ now, kept }: Reach): number => Math.ceil((now - kept) / STEP_OLDER) * STEP_OLDER;

export const stepLength = (at: number, now: number): number => (now - at <= RECENT ? STEP : STEP_OLDER);

/** The step at or before an instant, within what is kept. */
export function stepOf(at: number, reach: Reach): number {
  const within = Math.min(Math.max(at, oldest(reach)), newest(reach.now));
  const length = stepLength(within, reach.now);
  return Math.max(Math.floor(within / length) * length, oldest(reach));
}

/** The step after (1) or before (-1) another. */
export function beside(at: number, by: 1 | -1, reach: Reach): number {
  return stepOf(by > 0 ? at + stepLength(at, reach.now) : at - stepLength(at - 1, reach.now), reach);
}

/** A day on a zone's clocks, as seconds; the end is not in it. */
export interface Day {
  readonly from: number;
  readonly to: number;
}

export function dayOf(at: number, zone: string): Day {
  const from = dayBegan(at * 1000, zone) / 1000;
  // Days on which clocks change have 23 or 25 hours.
  return { from, to: dayBegan((from + 30 * 3600) * 1000, zone) / 1000 };
}

/** Where a key leads on the bar of a day; null: it is none of the bar's. */
export function keyLeads(key: string, at: number, day: Day, reach: Reach): number | null {
  switch (key) {
    case "ArrowLeft":
    case "ArrowDown":
      return beside(at, -1, reach);
    case "ArrowRight":
    case "ArrowUp":
      return beside(at, 1, reach);
    case "PageDown":
      return stepOf(at - PAGE, reach);
    case "PageUp":
      return stepOf(at + PAGE, reach);
    case "Home":
      return stepOf(day.from, reach);
    case "End":
      return stepOf(day.to - 1, reach);
    default:
      return null;
  }
}

/** "2026-11-28": the date on a zone's clocks. */
export function dateOf(at: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat("en-GB", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" }).formatToParts(at * 1000);
  const read = (type: string) => parts.find((part) => part.type === type)?.value ?? "";
  return `${read("year")}-${read("month")}-${read("day")}`;
}

/** When a date began on a zone's clocks; null: it is no date. */
export function dateBegan(date: string, zone: string): number | null {
  const [year, month, day] = date.split("-").map(Number);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || year === undefined || month === undefined || day === undefined) return null;
  const noon = Date.UTC(year, month - 1, day, 12) / 1000;
  if (!Number.isFinite(noon)) return null;
  const began = [noon, noon - 86_400, noon + 86_400].map((guess) => dayOf(guess, zone).from).find((from) => dateOf(from, zone) === date);
  return began ?? null;
}

/** When a day's clocks show so many seconds. */
function clockShows(second: number, dayFrom: number, zone: string): number {
  const guess = dayFrom + second;
  const off = second - secondOfDay(guess * 1000, zone);
  // A night on which clocks changed lies between.
  return Math.abs(off) < HALF_DAY ? guess + off : guess;
}

/** The same time of day on another day, by a zone's clocks. */
export const onDay = (at: number, dayFrom: number, zone: string): number => clockShows(secondOfDay(at * 1000, zone), dayFrom, zone);

/** The same time of day so many days before. */
export function daysBefore(at: number, days: number, zone: string): number {
  const noonThen = dayOf(at, zone).from + HALF_DAY - days * 86_400;
  return onDay(at, dayOf(noonThen, zone).from, zone);
}

/** "2026-11-28T13:05:20Z" as an address carries it; seconds or null. */
export function readInstant(text: string | undefined): number | null {
  if (text === undefined || !/^\d{4}-\d{2}-\d{2}T/.test(text)) return null;
  const at = Date.parse(text) / 1000;
  return Number.isFinite(at) ? Math.floor(at) : null;
}

export const writeInstant = (at: number): string => new Date(at * 1000).toISOString().replace(".000Z", "Z");

/** What is compared with: the day before, the week before, or a date. */
export type Versus = { readonly days: 1 | 7 } | { readonly date: string };

export function readVersus(text: string | undefined): Versus | null {
  if (text === "yesterday") return { days: 1 };
  if (text === "week") return { days: 7 };
  return text !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(text) ? { date: text } : null;
}

/** The instant that is compared with; null: that date was never, or nothing is kept of it. */
export function versusAt(at: number, versus: Versus, zone: string, reach: Reach): number | null {
  const began = "date" in versus ? dateBegan(versus.date, zone) : null;
  const then = "days" in versus ? daysBefore(at, versus.days, zone) : began === null ? null : onDay(at, began, zone);
  return then === null || then < oldest(reach) || then > newest(reach.now) ? null : stepOf(then, reach);
}

/** "2026-11-28T14:05" on a zone's clocks, as fields of forms have it. */
export function writeLocal(at: number, zone: string): string {
  const second = secondOfDay(at * 1000, zone);
  const two = (n: number) => String(n).padStart(2, "0");
  // eslint-disable-next-line lingui/no-unlocalized-strings -- how fields of forms write it
  return `${dateOf(at, zone)}T${two(Math.floor(second / 3600))}:${two(Math.floor((second % 3600) / 60))}`;
}

export function readLocal(text: string, zone: string): number | null {
  const [, date, hour, minute] = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2})/.exec(text) ?? [];
  const began = date === undefined ? null : dateBegan(date, zone);
  if (began === null) return null;
  return clockShows(Number(hour) * 3600 + Number(minute) * 60, began, zone);
}
