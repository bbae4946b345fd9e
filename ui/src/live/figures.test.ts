// The reducer of frames: every frame in every phase.
import { describe, expect, test } from "vitest";
import { applyFrame, NOTHING, type Figures } from "./figures.ts";
import { micros, rowKey, type Cell, type Delta, type Row, type Snapshot } from "./frame.ts";

const cell = (v: number, at = 100): Cell => ({ v, at: micros(at), flags: [], reason: null });
const row = (key: string, ...values: number[]): Row => ({ row: rowKey(key), object: key, objectType: "Queue", name: key, groups: [], cells: values.map((v) => cell(v)) });
const column = (key: string) => ({ key, statType: key, title: key, unit: "count" as const, words: "" });
const COLUMNS = [column("Waiting"), column("Entered")];

const snapshot = (seq = 5, gen = "g", rows: Row[] = [row("a", 1, 10), row("b", 2, 20)]): Snapshot => ({ type: "snapshot", id: 1, gen, seq, at: micros(100), columns: COLUMNS, rows, visible: null });
const delta = (seq: number, change: Partial<Delta> = {}): Delta => ({ type: "delta", id: 1, gen: "g", from: seq, seq, at: micros(200), set: [], added: [], gone: [], visible: null, ...change });
const live = (): Figures => applyFrame(NOTHING, snapshot());
const values = (figures: Figures, key: string) => figures.rows.get(rowKey(key))?.cells.map((each) => each.v);

describe("a snapshot", () => {
  test("opens: rows, columns and position are its own", () => {
    const figures = live();
    expect(figures.phase).toBe("live");
    expect(figures.position).toEqual({ gen: "g", seq: 5 });
    expect(figures.shape.rows).toEqual(["a", "b"]);
    expect(values(figures, "b")).toEqual([2, 20]);
  });
  test("replaces everything, also rows that it does not name", () => {
    const figures = applyFrame(live(), snapshot(1, "h", [row("c", 3, 30)]));
    expect(figures.shape.rows).toEqual(["c"]);
    expect(figures.position).toEqual({ gen: "h", seq: 1 });
  });
  test("keeps the identity of rows that did not change, so that they are not redrawn", () => {
    const before = live();
    const after = applyFrame(before, snapshot(9, "h", [row("a", 1, 10), row("b", 7, 20)]));
    expect(after.rows.get(rowKey("a"))).toBe(before.rows.get(rowKey("a")));
    expect(after.rows.get(rowKey("b"))).not.toBe(before.rows.get(rowKey("b")));
  });
  test("of a time that has not begun has no time", () => {
    expect(applyFrame(NOTHING, { ...snapshot(), at: micros(0) }).at).toBeNull();
  });
  test("ends a refusal", () => {
    const refused = applyFrame(live(), { type: "error", id: 1, code: "not_permitted", message: "no", column: null });
    expect(applyFrame(refused, snapshot()).refusal).toBeNull();
  });
});

describe("a delta", () => {
  test("sets cells by the number of their column", () => {
    expect(values(applyFrame(live(), delta(6, { set: [[rowKey("a"), 1, cell(11)]] })), "a")).toEqual([1, 11]);
  });
  test("sets cells by the name of their column", () => {
    expect(values(applyFrame(live(), delta(6, { set: [[rowKey("a"), "Waiting", cell(4)]] })), "a")).toEqual([4, 10]);
  });
  test("leaves other rows, the shape and what was known before untouched", () => {
    const before = live();
    const after = applyFrame(before, delta(6, { set: [[rowKey("a"), 0, cell(9)]] }));
    expect(after.rows.get(rowKey("b"))).toBe(before.rows.get(rowKey("b")));
    expect(after.shape).toBe(before.shape);
    expect(values(before, "a")).toEqual([1, 10]);
  });
  test("adds and removes rows, and then the shape is new", () => {
    const figures = applyFrame(live(), delta(6, { added: [row("c", 3, 30)], gone: [rowKey("a")] }));
    expect(figures.shape.rows).toEqual(["b", "c"]);
  });
  test("may set a cell of a row that it adds", () => {
    expect(values(applyFrame(live(), delta(6, { added: [row("c", 3, 30)], set: [[rowKey("c"), 0, cell(4)]] })), "c")).toEqual([4, 30]);
  });
  test("two changes of one cell: the later holds", () => {
    expect(values(applyFrame(live(), delta(6, { set: [[rowKey("a"), 0, cell(7)], [rowKey("a"), 0, cell(8)]] })), "a")).toEqual([8, 10]);
  });
  test("that was sent before the snapshot tells nothing new", () => {
    const before = live();
    expect(applyFrame(before, delta(5))).toBe(before);
    expect(applyFrame(before, delta(4))).toBe(before);
  });
  test("after a gap means catching up, and what is known stays on the screen", () => {
    const figures = applyFrame(live(), delta(7, { set: [[rowKey("a"), 0, cell(9)]] }));
    expect(figures.phase).toBe("catching-up");
    expect(values(figures, "a")).toEqual([1, 10]);
    expect(figures.position).toEqual({ gen: "g", seq: 5 });
  });
  test("of another producer means catching up", () => {
    expect(applyFrame(live(), delta(6, { gen: "h" })).phase).toBe("catching-up");
  });
  test("for an unknown row means catching up", () => {
    expect(applyFrame(live(), delta(6, { set: [[rowKey("z"), 0, cell(9)]] })).phase).toBe("catching-up");
  });
  test("for an unknown column means catching up, and no row is half written", () => {
    const before = live();
    const after = applyFrame(before, delta(6, { set: [[rowKey("a"), 0, cell(9)], [rowKey("a"), 5, cell(9)]] }));
    expect(after.phase).toBe("catching-up");
    expect(after.rows).toBe(before.rows);
  });
  test("before any snapshot means catching up", () => {
    expect(applyFrame(NOTHING, delta(1)).phase).toBe("catching-up");
  });
  test("that is the missing one ends the catching up", () => {
    const behind = applyFrame(live(), delta(8));
    expect(applyFrame(behind, delta(6)).phase).toBe("live");
  });
  test("while catching up changes nothing: one question is enough", () => {
    const behind = applyFrame(live(), delta(8));
    expect(applyFrame(behind, delta(9))).toBe(behind);
  });
  test("that stands for several frames is taken where its first is the next", () => {
    const figures = applyFrame(live(), delta(9, { from: 6, set: [[rowKey("a"), 0, cell(9)]] }));
    expect([figures.phase, figures.position?.seq]).toEqual(["live", 9]);
    expect(applyFrame(live(), delta(9, { from: 7 })).phase).toBe("catching-up");
  });
  test("that stands for frames partly known brings the rest", () => {
    expect(applyFrame(live(), delta(7, { from: 4 })).position?.seq).toBe(7);
  });
  test("tells how many rows there are, where that changed", () => {
    expect(applyFrame(live(), delta(6, { visible: { shown: 1, of: 3 } })).visible).toEqual({ shown: 1, of: 3 });
  });
  test("without changes moves the time on, and no row is new", () => {
    const before = live();
    const after = applyFrame(before, delta(6));
    expect(after.at).toBe(200);
    expect(after.rows.get(rowKey("a"))).toBe(before.rows.get(rowKey("a")));
  });
  test("never moves the event time back", () => {
    const later = applyFrame(live(), delta(6, { at: micros(300) }));
    expect(applyFrame(later, delta(7, { at: micros(250) })).at).toBe(300);
  });
});

describe("other frames", () => {
  test("an error refuses, in the server's words", () => {
    const figures = applyFrame(live(), { type: "error", id: 1, code: "not_permitted", message: "no", column: null });
    expect(figures.phase).toBe("refused");
    expect(figures.refusal).toEqual({ code: "not_permitted", message: "no" });
  });
  test("an error about one column leaves the table", () => {
    const before = live();
    expect(applyFrame(before, { type: "error", id: 1, code: "refused", message: "no", column: 0 })).toBe(before);
  });
  test("heartbeats, source states and farewells leave figures as they are", () => {
    const before = live();
    expect(applyFrame(before, { type: "heartbeat", at: micros(999), sources: [] })).toBe(before);
    expect(applyFrame(before, { type: "state", source: "s", kind: "source", status: "down", since: null, detail: null })).toBe(before);
    expect(applyFrame(before, { type: "bye", reason: "restart", retryMs: 10 })).toBe(before);
  });
});
