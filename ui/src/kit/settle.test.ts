// Rows move rarely, and never under the pointer.
import { expect, test } from "vitest";
import { settle, SETTLE_MS, type Hold, type Settled } from "./settle.ts";

const FREE: Hold<string> = { isFrozen: false, anchor: null };
const before: Settled<string> = { order: ["a", "b", "c"], movedMs: 1000 };
const LATER = 1000 + SETTLE_MS;

test("the first order is taken at once", () => {
  expect(settle({ order: [], movedMs: 0 }, ["b", "a"], 0, { ...FREE, isFrozen: true }).order).toEqual(["b", "a"]);
});
test("soon after a move nothing moves", () => {
  expect(settle(before, ["c", "b", "a"], LATER - 1, FREE)).toBe(before);
});
test("after a while rows take the order wanted", () => {
  expect(settle(before, ["c", "b", "a"], LATER, FREE).order).toEqual(["c", "b", "a"]);
});
test("the same order is the same object", () => {
  expect(settle(before, ["a", "b", "c"], LATER, FREE)).toBe(before);
});
test("while someone points, nothing moves however long it takes", () => {
  expect(settle(before, ["c", "b", "a"], LATER * 99, { isFrozen: true, anchor: "a" })).toBe(before);
});
test("a row that rests under the pointer keeps its place while others move", () => {
  expect(settle(before, ["c", "b", "a"], LATER, { isFrozen: false, anchor: "a" }).order).toEqual(["a", "c", "b"]);
});
test("a row that is gone leaves at once", () => {
  expect(settle(before, ["c", "a"], 1001, { isFrozen: true, anchor: null }).order).toEqual(["a", "c"]);
});
test("a new row comes at the end until the others may move", () => {
  const joined = settle(before, ["z", "a", "b", "c"], 1001, FREE);
  expect(joined.order).toEqual(["a", "b", "c", "z"]);
  expect(settle(joined, ["z", "a", "b", "c"], 1001 + SETTLE_MS, FREE).order).toEqual(["z", "a", "b", "c"]);
});
test("an anchor that is gone holds nothing", () => {
  expect(settle(before, ["c", "b"], LATER, { isFrozen: false, anchor: "a" }).order).toEqual(["c", "b"]);
});
