// The store: who is told what, and what is asked of the server.
import { beforeEach, expect, test, vi } from "vitest";
import { micros, rowKey, type Request, type Row, type Snapshot } from "./frame.ts";
import { demandKey, LiveStore } from "./store.ts";

const DEMAND = { query: { object_type: "Queue", objects: "*" as const, statistics: ["Waiting"] } };
const KEY = demandKey(DEMAND);
const row = (key: string, v: number): Row => ({ row: rowKey(key), object: key, objectType: "Queue", name: key, groups: [], cells: [{ v, at: micros(1), flags: [], reason: null }] });
const column = { key: "Waiting", statType: "Waiting", title: "", unit: "count" as const, words: "" };

let sent: Request[];
let store: LiveStore;
let later: (() => void)[];
let paint: (() => void)[];
let localMs: number;

beforeEach(() => {
  sent = [];
  later = [];
  paint = [];
  localMs = 0;
  store = new LiveStore({ send: (request) => sent.push(request) > 0, now: () => localMs, nextFrame: (run) => paint.push(run), later: (run) => later.push(run) });
  store.linkChanged({ phase: "open", failures: 0, reason: null });
});

const idOf = () => (sent.findLast((request) => request.op === "open") as { id: number }).id;
const snapshot = (...rows: Row[]): Snapshot => ({ type: "snapshot", id: idOf(), gen: "g", seq: 1, at: micros(1e6), columns: [column], rows, visible: null });
const change = (seq: number, key: string, v: number) => ({ type: "delta" as const, id: idOf(), gen: "g", from: seq, seq, at: micros(1e6 + seq), set: [[rowKey(key), 0, row(key, v).cells[0] as Row["cells"][0]] as const], added: [], gone: [], visible: null });
const draw = () => {
  for (const run of paint.splice(0)) run();
};

test("the same demand of two widgets is asked once", () => {
  store.open(DEMAND);
  store.open(DEMAND);
  expect(sent.filter((request) => request.op === "open")).toHaveLength(1);
});
test("a demand outlives its last user for a moment, and comes back warm", () => {
  const close = store.open(DEMAND);
  close();
  store.open(DEMAND);
  for (const run of later) run();
  expect(sent.some((request) => request.op === "close")).toBe(false);
});
test("a demand that nobody uses any more is closed", () => {
  store.open(DEMAND)();
  for (const run of later) run();
  expect(sent.at(-1)).toMatchObject({ op: "close" });
});
test("many frames before a paint tell each row once", () => {
  store.open(DEMAND);
  store.receive(snapshot(row("a", 1), row("b", 1)));
  draw();
  const heardA = vi.fn();
  const heardB = vi.fn();
  store.onRow(KEY, rowKey("a"), heardA);
  store.onRow(KEY, rowKey("b"), heardB);
  for (let seq = 2; seq < 100; seq += 1) store.receive(change(seq, "a", seq));
  expect(heardA).not.toHaveBeenCalled();
  draw();
  expect(heardA).toHaveBeenCalledOnce();
  expect(heardB).not.toHaveBeenCalled();
  expect(store.row(KEY, rowKey("a"))?.cells[0]?.v).toBe(99);
});
test("cells and the instant they belong to change together", () => {
  store.open(DEMAND);
  store.receive(snapshot(row("a", 1)));
  draw();
  let seen: unknown;
  store.onRow(KEY, rowKey("a"), () => (seen = store.at));
  store.receive(change(2, "a", 5));
  draw();
  expect(seen).toBe(1e6 + 2);
});
test("a page that is never painted does not heap up frames", () => {
  store.open(DEMAND);
  store.receive(snapshot(row("a", 0)));
  for (let seq = 2; seq < 2000; seq += 1) store.receive(change(seq, "a", seq));
  expect(store.row(KEY, rowKey("a"))?.cells[0]?.v).toBeGreaterThan(1500);
});
test("after a gap a new snapshot is asked for, once, under a new id", () => {
  store.open(DEMAND);
  const before = idOf();
  store.receive(snapshot(row("a", 1)));
  store.receive(change(5, "a", 5));
  store.receive(change(6, "a", 6));
  draw();
  expect(idOf()).not.toBe(before);
  expect(sent.filter((request) => request.op === "open")).toHaveLength(2);
  expect(sent.at(-1)).not.toHaveProperty("from");
});
test("frames still on their way for the old id are passed over", () => {
  store.open(DEMAND);
  const old = idOf();
  store.receive(snapshot(row("a", 1)));
  store.receive(change(5, "a", 5));
  draw();
  store.receive({ ...change(2, "a", 77), id: old });
  draw();
  expect(store.row(KEY, rowKey("a"))?.cells[0]?.v).toBe(1);
});
test("after a reconnection it goes on from where it stood", () => {
  store.open(DEMAND);
  store.receive(snapshot(row("a", 1)));
  draw();
  store.linkChanged({ phase: "waiting", failures: 1, reason: null });
  store.linkChanged({ phase: "open", failures: 0, reason: null });
  expect(sent.at(-1)).toMatchObject({ op: "open", from: { gen: "g", seq: 1 } });
});
test("what is read is acknowledged, so that the server can hold back for a slow browser", () => {
  store.open(DEMAND);
  store.receive(snapshot(row("a", 1)));
  for (let seq = 2; seq <= 40; seq += 1) store.receive(change(seq, "a", seq));
  draw();
  store.receive(change(41, "a", 1));
  draw();
  expect(sent.filter((request) => request.op === "ack").map((request) => (request as { seq: number }).seq)).toEqual([40]);
});
test("counted time never goes back, though messages may come unevenly", () => {
  store.open(DEMAND);
  store.receive({ ...snapshot(row("a", 1)), at: micros(10e6) });
  store.flush();
  localMs = 1400;
  const shown = store.now() ?? 0;
  store.receive({ ...change(2, "a", 1), at: micros(11e6) });
  store.flush();
  expect(store.now()).toBeGreaterThanOrEqual(shown);
});
test("heartbeats alone do not keep values fresh", () => {
  store.open(DEMAND);
  store.receive({ ...snapshot(row("a", 1)), at: micros(10e6) });
  store.flush();
  localMs = 2900;
  store.receive({ type: "heartbeat", at: micros(99e6), sources: [] });
  store.flush();
  expect(store.freshness()).toBe("stale");
  expect(store.at).toBe(10e6);
});
test("where no values are followed, the server's heartbeat is enough", () => {
  store.receive({ type: "heartbeat", at: micros(99e6), sources: [] });
  store.flush();
  localMs = 1000;
  expect([store.freshness(), store.at]).toEqual(["fresh", 99e6]);
  localMs = 3000;
  expect(store.freshness()).toBe("stale");
});
test("values that begin to be followed are given time to come", () => {
  const close = store.open(DEMAND);
  store.receive(snapshot(row("a", 1)));
  store.flush();
  close();
  localMs = 60_000;
  store.receive({ type: "heartbeat", at: micros(99e6), sources: [] });
  store.flush();
  store.open({ query: { ...DEMAND.query, statistics: ["Other"] } });
  expect(store.freshness()).toBe("fresh");
});
test("values that move on but are old tell how far they are behind", () => {
  store.open(DEMAND);
  store.receive({ ...snapshot(row("a", 1)), at: micros(10e6) });
  store.receive({ type: "heartbeat", at: micros(40e6), sources: [] });
  store.flush();
  expect(store.lagMs()).toBe(30_000);
});
