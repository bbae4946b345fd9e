// Reading messages: what the server sends, and whatever else may come.
import { describe, expect, test } from "vitest";
import { parseFrame, readCell } from "./parse.ts";

const read = (json: unknown) => parseFrame(JSON.stringify(json));

test("a snapshot is read whole", () => {
  const frame = read({
    type: "snapshot", id: 3, gen: 7, seq: 1, at: 5_000_000,
    columns: [{ key: "k", stat_type: "Current_In_Queue", title: "Waiting", unit: "count", words: "w" }],
    rows: [{ row: 0, object: "8001", object_type: "Queue", name: "Sales", groups: ["G"], cells: [{ v: 4, at: 4_000_000, flags: ["partial"] }] }],
    visible: { shown: 1, of: 9 },
  });
  expect(frame).toEqual({
    type: "snapshot", id: 3, gen: 7, seq: 1, at: 5_000_000,
    columns: [{ key: "k", statType: "Current_In_Queue", title: "Waiting", unit: "count", words: "w" }],
    rows: [{ row: 0, object: "8001", objectType: "Queue", name: "Sales", groups: ["G"], cells: [{ v: 4, at: 4_000_000, flags: ["partial"], reason: null }] }],
    visible: { shown: 1, of: 9 },
  });
});

test("a delta is read whole; what it leaves out is empty", () => {
  expect(read({ type: "delta", id: 1, gen: "g", seq: 2, at: 1, set: [[0, 0, { v: 1, at: 1 }]] })).toMatchObject({ from: 2, set: [[0, 0, { v: 1 }]], added: [], gone: [], visible: null });
});

test.each([["no JSON", "{"], ["a list", "[]"], ["a word", '"hello"'], ["an unknown type", '{"type":"song"}'], ["a snapshot without a position", '{"type":"snapshot","id":1}'], ["a heartbeat without a time", '{"type":"heartbeat"}'], ["a delta with a broken change", '{"type":"delta","id":1,"gen":"g","seq":2,"at":1,"set":[[null,0,{}]]}']])("%s is refused, not thrown", (_, text) => {
  expect(parseFrame(text)).toBeNull();
});

describe("a cell", () => {
  test("without a value and without a reason has no data yet", () => {
    expect(readCell({ v: null })).toEqual({ v: null, at: null, flags: [], reason: "no_data" });
    expect(readCell(undefined).reason).toBe("no_data");
  });
  test("keeps the reason that the server gives", () => {
    expect(readCell({ v: null, reason: "not_permitted" }).reason).toBe("not_permitted");
  });
  test("leaves out flags that are not known", () => {
    expect(readCell({ v: 1, flags: ["partial", "sparkling"] }).flags).toEqual(["partial"]);
  });
  test("reads a status with its reasons, as a map or as pairs", () => {
    expect(readCell({ v: { status: "NotReadyForNextCall", since: 9, reasons: { ReasonCode: "Lunch" } } }).v).toMatchObject({ status: "NotReadyForNextCall", since: 9, reasons: { ReasonCode: "Lunch" } });
    expect(readCell({ v: { status: "NotReadyForNextCall", since: 9, reasons: [["ReasonCode", "Lunch"]] } }).v).toMatchObject({ reasons: { ReasonCode: "Lunch" } });
  });
});
