// The stream's time as pages show it.
import { expect, test } from "vitest";
import { AHEAD_MS_MAX, eventNow, freshnessOf, hear, silence, STALE_MS, UNSET } from "./clock.ts";
import { micros } from "./frame.ts";

const heard = hear(UNSET, micros(1_000_000_000), 5_000);

test("between messages it runs with the local clock", () => {
  expect(eventNow(heard, 5_400)).toBe(1_000_400_000);
});
test("it never runs further ahead than a second and a half", () => {
  expect(eventNow(heard, 60_000)).toBe(1_000_000_000 + AHEAD_MS_MAX * 1000);
});
test("a local clock that steps back does not take it back", () => {
  expect(eventNow(heard, 1_000)).toBe(1_000_000_000);
});
test("a repeated instant is silence", () => {
  expect(hear(heard, micros(1_000_000_000), 9_000)).toBe(heard);
  expect(silence(heard, 9_000)).toBe(4_000);
});
test("values are stale within three seconds of silence", () => {
  expect(STALE_MS).toBeLessThan(3_000);
  expect(freshnessOf(silence(heard, 5_000 + 900))).toBe("fresh");
  expect(freshnessOf(silence(heard, 5_000 + 2_000))).toBe("ageing");
  expect(freshnessOf(silence(heard, 5_000 + STALE_MS))).toBe("stale");
});
test("before the first word there is no time, and nothing is stale", () => {
  expect(eventNow(UNSET, 99)).toBeNull();
  expect(freshnessOf(silence(UNSET, 99_999))).toBe("fresh");
});
