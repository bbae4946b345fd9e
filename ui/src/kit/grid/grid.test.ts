// The arithmetic of a virtual grid: keys, windows, columns.
import { describe, expect, test } from "vitest";
import { move } from "./keys.ts";
import { fitColumns, rowWindow, scrollToRow } from "./window.ts";

const EXTENT = { rows: 100, columns: 5, page: 10 };
const at = { row: 50, column: 2 };

describe("keys", () => {
  test.each([
    ["ArrowDown", false, 51, 2],
    ["ArrowUp", false, 49, 2],
    ["ArrowLeft", false, 50, 1],
    ["ArrowRight", false, 50, 3],
    ["PageDown", false, 60, 2],
    ["PageUp", false, 40, 2],
    ["Home", false, 50, 0],
    ["End", false, 50, 4],
    ["Home", true, 0, 0],
    ["End", true, 99, 4],
  ])("%s (ctrl %s) leads to row %d, column %d", (key, ctrl, row, column) => {
    expect(move(at, key, ctrl, EXTENT)).toEqual({ row, column });
  });
  test("the edges hold", () => {
    expect(move({ row: 99, column: 4 }, "ArrowDown", false, EXTENT)).toEqual({ row: 99, column: 4 });
    expect(move({ row: 99, column: 4 }, "ArrowRight", false, EXTENT)).toEqual({ row: 99, column: 4 });
  });
  test("above the first row is the head", () => {
    expect(move({ row: 0, column: 1 }, "ArrowUp", false, EXTENT)).toEqual({ row: -1, column: 1 });
    expect(move({ row: -1, column: 1 }, "ArrowUp", false, EXTENT)).toEqual({ row: -1, column: 1 });
  });
  test("other keys are not for the grid", () => {
    expect(move(at, "a", false, EXTENT)).toBeNull();
  });
});

describe("the window", () => {
  test("holds the visible rows and a few around them", () => {
    expect(rowWindow(3600, 360, 36, 1000)).toEqual({ first: 94, end: 116 });
  });
  test("ends with the rows", () => {
    expect(rowWindow(0, 900, 36, 3)).toEqual({ first: 0, end: 3 });
    expect(rowWindow(99_999, 360, 36, 10)).toEqual({ first: 10, end: 10 });
  });
  test("scrolls only as far as a row needs", () => {
    expect(scrollToRow(5, 0, 360, 36)).toBe(0);
    expect(scrollToRow(10, 0, 360, 36)).toBe(36);
    expect(scrollToRow(2, 360, 360, 36)).toBe(72);
  });
});

describe("columns", () => {
  const columns = [
    { id: "name", width: 10, priority: 0 },
    { id: "rare", width: 5, priority: 9 },
    { id: "waiting", width: 5, priority: 1 },
  ];
  const ids = (space: number) => fitColumns(columns, space, 16).map(({ id }) => id);
  test("all are shown where they fit, in their order", () => {
    expect(ids(400)).toEqual(["name", "rare", "waiting"]);
  });
  test("the least important goes first", () => {
    expect(ids(260)).toEqual(["name", "waiting"]);
  });
  test("the first is always there", () => {
    expect(ids(10)).toEqual(["name"]);
  });
});
