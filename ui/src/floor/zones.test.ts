// Clocks of one place that count, shown by clocks of another.
import { expect, test } from "vitest";
import { cityOf, dayBegan, isZone, showSame } from "./zones.ts";

const at = (text: string) => Date.parse(text);

test("a zone is what the browser knows as one", () => {
  expect([isZone("Europe/Madrid"), isZone("UTC"), isZone("Moon/Base"), isZone(""), isZone(7)]).toEqual([true, true, false, false, false]);
});
test("the day of a centre begins at its own midnight", () => {
  expect(dayBegan(at("2026-11-28T20:15:00Z"), "Europe/Madrid")).toBe(at("2026-11-27T23:00:00Z"));
  expect(dayBegan(at("2026-11-28T23:30:00Z"), "Europe/Madrid")).toBe(at("2026-11-28T23:00:00Z"));
  expect(dayBegan(at("2026-11-28T20:15:00Z"), "Asia/Kolkata")).toBe(at("2026-11-28T18:30:00Z"));
});
test("also on the days on which the clocks change", () => {
  expect(dayBegan(at("2026-10-25T12:00:00Z"), "Europe/Berlin")).toBe(at("2026-10-24T22:00:00Z"));
  expect(dayBegan(at("2026-03-29T12:00:00Z"), "Europe/Berlin")).toBe(at("2026-03-28T23:00:00Z"));
});
test("two names of the same time need no word", () => {
  expect(showSame(at("2026-11-28T12:00:00Z"), "Europe/Berlin", "Europe/Madrid")).toBe(true);
  expect(showSame(at("2026-11-28T12:00:00Z"), "Europe/Berlin", "Europe/London")).toBe(false);
});
test("a zone is called by its city", () => {
  expect(cityOf("America/Argentina/Buenos_Aires")).toBe("Buenos Aires");
});
