// Differences and quality, as they are shown and spoken.
import { expect, test } from "vitest";
import { micros, rowKey, type Flag, type Row } from "../live/frame.ts";
import { differenceOf } from "./difference.ts";
import { flagWords, qualityOf, qualitySentence } from "./quality.ts";

test("a difference has a sign, a text without it, and words", () => {
  expect(differenceOf(12, 9, "count")).toEqual({ sign: 1, text: "3", spoken: "3 more" });
  expect(differenceOf(9, 12, "count")).toEqual({ sign: -1, text: "3", spoken: "3 less" });
  expect(differenceOf(80.2, 92, "percent")).toMatchObject({ sign: -1, spoken: "12 percentage points less" });
  expect(differenceOf(75, 12, "seconds")).toEqual({ sign: 1, text: "1:03", spoken: "1 minute 3 seconds more" });
  expect(differenceOf(1.25, 1, "number").text).toBe("0.3");
});
test("what can't be seen is no difference", () => {
  expect(differenceOf(80.2, 80.4, "percent")).toEqual({ sign: 0, text: "", spoken: "as then" });
  expect(differenceOf(0, 0, "count").sign).toBe(0);
});

const row = (...flags: readonly (readonly Flag[])[]): Row => ({ row: rowKey("a"), object: "a", objectType: "Queue", name: "A", groups: [], cells: flags.map((own) => ({ v: 1, at: micros(1), flags: own, reason: null })) });

test("quality is counted over the columns that are shown", () => {
  const rows = [row(["partial"], [], ["invalid", "partial"]), row([], ["empty"], ["partial"])];
  expect(qualityOf(rows, [0, 1])).toEqual({ values: 4, partial: 1, invalid: 0 });
  expect(qualityOf(rows, [2])).toEqual({ values: 2, partial: 1, invalid: 1 });
  expect(qualitySentence(qualityOf(rows, [1]))).toBeNull();
  expect(qualitySentence(qualityOf(rows, [2]))).toContain("1 of 2 values are not reliable");
  expect(flagWords(["empty", "partial", "stale"])).toEqual(["partial", "standing still"]);
});
