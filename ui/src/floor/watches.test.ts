// Numbers that one waits for.
import { expect, test } from "vitest";
import { isMet, readWatches, WATCHES_MAX, withWatch, type Watch } from "./watches.ts";

const watch = (id: string, limit = 5): Watch => ({ id, objectType: "Queue", object: "8001", name: "Sales", statistic: "Current_In_Queue", title: "Waiting", unit: "count", when: "above", limit });

test("a watch is met beyond its limit, not at it, and never without a value", () => {
  expect([isMet(watch("a"), 5), isMet(watch("a"), 6), isMet({ when: "below", limit: 5 }, 4), isMet(watch("a"), null)]).toEqual([false, true, true, false]);
});
test("the same question is kept once, and no more than a browser should ask", () => {
  expect(withWatch([watch("a")], watch("b")).map(({ id }) => id)).toEqual(["b"]);
  const many = Array.from({ length: WATCHES_MAX + 5 }, (_, ix) => watch(String(ix), ix)).reduce<readonly Watch[]>(withWatch, []);
  expect([many.length, many[0]?.id]).toEqual([WATCHES_MAX, "5"]);
});
test("what was spoilt in the browser's storage is forgotten", () => {
  expect(readWatches('[{"id":1}]')).toEqual([]);
  expect(readWatches("nonsense")).toEqual([]);
  expect(readWatches(JSON.stringify([watch("a")]))).toEqual([watch("a")]);
});
