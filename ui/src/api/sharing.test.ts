import { expect, test } from "vitest";
import { may, withEntry } from "./sharing.ts";

test("somebody who is named again has the newer right, once", () => {
  const lee = { who: { user: "lee" }, right: "read" } as const;
  const editors = { who: { role: "editor" }, right: "write" } as const;
  expect(withEntry([lee, editors], { ...lee, right: "share" })).toEqual([editors, { ...lee, right: "share" }]);
  expect(withEntry([lee], { who: { role: "lee" }, right: "read" })).toHaveLength(2);
});

test("each right includes those before it", () => {
  expect(may("write", "read")).toBe(true);
  expect(may("write", "share")).toBe(false);
});
