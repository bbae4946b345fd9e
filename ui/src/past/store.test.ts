// The store of the past: one instant at a time, exactly what the server answered.
import { expect, test } from "vitest";
import type { Demand, Frame } from "../live/frame.ts";
import { demandKey } from "../live/store.ts";
import { PastStore } from "./store.ts";

const queues: Demand = { query: { object_type: "Queue", objects: "*", statistics: ["Waiting"] } };
const agents: Demand = { query: { object_type: "Agent", objects: "*", statistics: ["State"] } };

const table = (at: number, v: number | null, more: object = {}) => ({
  at: at * 1e6,
  awake: true,
  columns: [{ key: "Waiting", stat_type: "Waiting", title: "Waiting", unit: "count", words: "" }],
  rows: [{ row: 7, object: "q1", object_type: "Queue", name: "One", groups: [], cells: [v === null ? { v, at: 0, reason: "no_data" } : { v, at: 5 }] }],
  visible: { shown: 1, of: 1 },
  ...more,
});

interface Asked {
  readonly demand: Demand;
  readonly at: number;
  readonly done: (answer: unknown) => void;
  readonly fail: () => void;
}

function world() {
  const asked: Asked[] = [];
  const store = new PastStore({
    ask: (demand, at) =>
      new Promise((done, fail) => {
        asked.push({ demand, at, done, fail: () => { fail(new Error("away")); } });
      }),
    wordsOf: () => "the server does not answer",
    inWords: (frame: Frame) => frame,
    nextFrame: (run) => {
      run();
    },
    later: (run) => {
      run();
    },
  });
  return { asked, store };
}
const settle = async () => {
  for (let n = 0; n < 10; n += 1) await Promise.resolve();
};
const valueOf = (store: PastStore, demand = queues) => [...store.figures(demandKey(demand)).rows.values()][0]?.cells[0]?.v;

test("tables of one instant appear together", async () => {
  const { asked, store } = world();
  store.open(queues);
  store.open(agents);
  store.show(100);
  await settle();
  expect(asked.map(({ at }) => at)).toEqual([100, 100]);
  asked[0]?.done(table(100, 3));
  await settle();
  expect(valueOf(store)).toBeUndefined();
  asked[1]?.done(table(100, 4));
  await settle();
  expect([valueOf(store), valueOf(store, agents)]).toEqual([3, 4]);
  expect(store.state).toEqual({ shown: 100, isLoading: false, isAwake: true, failure: null });
  expect([store.now(), store.freshness()]).toEqual([100e6, "fresh"]);
});
test("who goes on meanwhile lands on the newest wish, without asking for each between", async () => {
  const { asked, store } = world();
  store.open(queues);
  store.show(100);
  await settle();
  for (const at of [110, 120, 130]) store.show(at);
  asked[0]?.done(table(100, 1));
  await settle();
  expect(asked.map(({ at }) => at)).toEqual([100, 130]);
  asked[1]?.done(table(130, 2));
  await settle();
  expect([valueOf(store), store.state.shown]).toEqual([2, 130]);
  store.show(100);
  await settle();
  expect([asked.length, valueOf(store)]).toEqual([2, 1]);
});
test("a cell without a stored value says so, and rows go by their objects", async () => {
  const { asked, store } = world();
  store.open(queues);
  store.show(100);
  await settle();
  asked[0]?.done(table(60, null, { awake: false }));
  await settle();
  const [row] = store.figures(demandKey(queues)).rows.values();
  expect([row?.row, row?.cells[0]?.reason]).toEqual(["q1", "not_kept"]);
  expect([store.state.shown, store.state.isAwake]).toEqual([60, false]);
});
test("a failure is told in words, and the next instant is asked for all the same", async () => {
  const { asked, store } = world();
  store.open(queues);
  store.show(100);
  await settle();
  asked[0]?.fail();
  await settle();
  expect([store.figures(demandKey(queues)).phase, store.state.failure]).toEqual(["refused", "the server does not answer"]);
  store.show(110);
  await settle();
  asked[1]?.done(table(110, 9));
  await settle();
  expect([store.figures(demandKey(queues)).phase, valueOf(store), store.state.failure]).toEqual(["live", 9, null]);
});
test("what opens later is asked for at the instant that is shown", async () => {
  const { asked, store } = world();
  store.show(100);
  await settle();
  store.open(queues);
  await settle();
  expect(asked.map(({ at }) => at)).toEqual([100]);
});
