// Numbers as people read them.
import { expect, test } from "vitest";
import { count, duration, durationWords, span, spelled, THIN, timeOfDay } from "./format.ts";

test.each([[0, "0:00"], [7, "0:07"], [247, "4:07"], [3599.9, "59:59"], [3600, "1:00:00"], [3753, "1:02:33"], [90_000, "25:00:00"], [-65, "\u22121:05"], [-0.4, "0:00"]])("%d seconds are %s", (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});
test.each([[0, "0"], [999.6, "1,000"], [1234, "1,234"], [1234567, "1,234,567"], [-12, "\u221212"], [-0.2, "0"], [72.6, "73"]])("%d is written %s", (value, text) => {
  expect(count(value)).toBe(text);
});
test("fractions only when asked", () => {
  expect(count(12345.678, 1)).toBe("12,345.7");
});
test.each([[45, `45${THIN}s`], [120, `2${THIN}min`], [150, "2:30"], [3600, `1${THIN}h`], [5400, `1${THIN}h 30${THIN}min`]])("a limit of %d s is told as %s", (seconds, text) => {
  expect(span(seconds)).toBe(text);
});
test("durations are spoken in their two largest units", () => {
  expect(durationWords(3753)).toBe("1 hour 2 minutes");
  expect(durationWords(61)).toBe("1 minute 1 second");
  expect(durationWords(0)).toBe("0 seconds");
});
test("a time of day is that of the tenant's zone, also across a change of the clocks", () => {
  expect(timeOfDay(Date.UTC(2026, 9, 25, 0, 30), "Europe/Berlin", false)).toBe("02:30");
  expect(timeOfDay(Date.UTC(2026, 9, 25, 1, 30), "Europe/Berlin", false)).toBe("02:30");
  expect(timeOfDay(Date.UTC(2026, 9, 25, 2, 30), "Europe/Berlin", false)).toBe("03:30");
});
test("a zone that does not exist falls back to UTC", () => {
  expect(timeOfDay(0, "Moon/Base")).toBe("00:00:00");
});
test("small numbers stand as words at the head of a sentence", () => {
  expect([spelled(1), spelled(9), spelled(12)]).toEqual(["One", "Nine", "12"]);
});
