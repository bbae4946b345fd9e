// Which time of the audit trail is asked for, as it stands in the address. Pure.
import { dayBegan } from "../../floor/zones.ts";

/** In microseconds; null: without that end. */
export interface Span {
  readonly from: number | null;
  readonly to: number | null;
}

const DAY = 86_400_000;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** "today", "yesterday", a number of days, "2026-11-03" or "2026-11-03..2026-11-04"; by days of the zone. Anything else: all. */
export function timeOf(text: string, now: number, zone: string): Span {
  const today = dayBegan(now, zone);
  // A day is not always of 24 hours: its beginning is found from its middle.
  const before = (days: number) => (days === 0 ? today : dayBegan(today + DAY / 2 - days * DAY, zone)) * 1000;
  if (text === "today") return { from: before(0), to: null };
  if (text === "yesterday") return { from: before(1), to: before(0) };
  if (/^\d{1,3}$/.test(text) && Number(text) > 0) return { from: before(Number(text) - 1), to: null };
  const [first, last = first] = text.split("..");
  if (first === undefined || last === undefined || !DATE.test(first) || !DATE.test(last)) return { from: null, to: null };
  // eslint-disable-next-line lingui/no-unlocalized-strings -- noon of a day
  const began = (date: string, later: number) => dayBegan(Date.parse(`${date}T12:00:00Z`) + later * DAY, zone) * 1000;
  const [from, to] = [began(first, 0), began(last, 1)];
  return Number.isFinite(from) && Number.isFinite(to) ? { from, to } : { from: null, to: null };
}
