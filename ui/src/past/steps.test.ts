// Steps, days and the same time on another day.
import { expect, test } from "vitest";
import { beside, dateBegan, dateOf, dayOf, daysBefore, keyLeads, newest, oldest, readInstant, readLocal, readVersus, stepOf, versusAt, writeInstant, writeLocal } from "./steps.ts";

const at = (text: string): number => Date.parse(text) / 1000;
const NOW = at("2026-11-28T14:05:27Z");
const REACH = { now: NOW, kept: 35 * 86_400 };
const BERLIN = "Europe/Berlin";

test("steps are ten seconds for a day, minutes before, and end where values are stored", () => {
  expect(stepOf(NOW - 3600, REACH)).toBe(at("2026-11-28T13:05:20Z"));
  expect(stepOf(at("2026-11-26T10:00:59Z"), REACH)).toBe(at("2026-11-26T10:00:00Z"));
  expect(stepOf(NOW + 5, REACH)).toBe(newest(NOW));
  expect(newest(NOW)).toBe(at("2026-11-28T14:05:10Z"));
  expect(stepOf(0, REACH)).toBe(oldest(REACH));
});
test("one step on and one step back meet, also where steps change their length", () => {
  for (const start of [NOW - 3600, NOW - 86_400 - 600, NOW - 9 * 86_400]) {
    const step = stepOf(start, REACH);
    expect(beside(beside(step, -1, REACH), 1, REACH)).toBe(step);
  }
  const edge = stepOf(NOW - 86_400, REACH);
  expect(edge - beside(edge, -1, REACH)).toBeGreaterThan(0);
  expect(beside(newest(NOW), 1, REACH)).toBe(newest(NOW));
});
test("keys move by a step, ten minutes, to the ends of the day, and nothing else", () => {
  const here = stepOf(NOW - 7200, REACH);
  const day = dayOf(here, BERLIN);
  const to = (key: string) => keyLeads(key, here, day, REACH);
  expect([to("ArrowRight"), to("ArrowLeft")]).toEqual([here + 10, here - 10]);
  expect([to("PageUp"), to("PageDown")]).toEqual([here + 600, here - 600]);
  expect([to("Home"), to("End")]).toEqual([at("2026-11-27T23:00:00Z"), newest(NOW)]);
  expect(to("a")).toBeNull();
});
test("days are those of the zone's clocks, also when clocks change", () => {
  expect(dayOf(at("2026-11-28T23:30:00Z"), BERLIN)).toEqual({ from: at("2026-11-28T23:00:00Z"), to: at("2026-11-29T23:00:00Z") });
  const long = dayOf(at("2026-10-25T12:00:00Z"), BERLIN);
  expect(long.to - long.from).toBe(25 * 3600);
  const short = dayOf(at("2026-03-29T12:00:00Z"), BERLIN);
  expect(short.to - short.from).toBe(23 * 3600);
  for (const zone of [BERLIN, "UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"]) expect(dateOf(dateBegan("2026-11-20", zone) ?? 0, zone)).toBe("2026-11-20");
  expect(dateBegan("2026-13-77x", BERLIN)).toBeNull();
});
test("the same time yesterday is the same on the clock, not the same distance", () => {
  expect(daysBefore(at("2026-11-28T13:00:00Z"), 1, BERLIN)).toBe(at("2026-11-27T13:00:00Z"));
  // Clocks went back on 25 October: 14:00 is 13:00Z after, 12:00Z before.
  expect(daysBefore(at("2026-10-26T13:00:00Z"), 7, BERLIN)).toBe(at("2026-10-19T12:00:00Z"));
});
test("fields of forms have the time of the zone's clocks", () => {
  expect(writeLocal(at("2026-11-28T13:05:00Z"), BERLIN)).toBe("2026-11-28T14:05");
  for (const text of ["2026-11-28T14:05", "2026-10-25T12:30", "2026-03-29T01:10"]) expect(writeLocal(readLocal(text, BERLIN) ?? 0, BERLIN)).toBe(text);
  expect(readLocal("", BERLIN)).toBeNull();
});
test("what is compared with lies within what is kept", () => {
  const here = NOW - 60;
  expect(versusAt(here, { days: 7 }, "UTC", REACH)).toBe(at("2026-11-21T14:04:00Z"));
  expect(versusAt(here, { date: "2026-11-20" }, "UTC", REACH)).toBe(at("2026-11-20T14:04:00Z"));
  expect(versusAt(here, { date: "2026-01-01" }, "UTC", REACH)).toBeNull();
  expect(versusAt(here, { date: "2026-12-24" }, "UTC", REACH)).toBeNull();
});
test("an address carries instants and comparisons, and takes nothing else for one", () => {
  expect(readInstant(writeInstant(NOW))).toBe(NOW);
  expect(writeInstant(NOW)).toBe("2026-11-28T14:05:27Z");
  for (const text of [undefined, "waiting", "2026", "2026-99-99T00:00:00Z"]) expect(readInstant(text)).toBeNull();
  expect([readVersus("yesterday"), readVersus("week"), readVersus("2026-11-20"), readVersus("x")]).toEqual([{ days: 1 }, { days: 7 }, { date: "2026-11-20" }, null]);
});
