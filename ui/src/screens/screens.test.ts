// Orders, filters, headlines and trails of the screens.
import { describe, expect, test } from "vitest";
import { NOTHING, type Figures } from "../live/figures.ts";
import { micros, rowKey, type Cell, type Column, type Row } from "../live/frame.ts";
import { nextSort, readSort } from "../parts/grid-columns.ts";
import { readStates, selectAgents } from "./agents/select.ts";
import { extend, mergeSeries } from "./board/widgets/trail.ts";
import { headline } from "./overview/headline.ts";
import { judgeAll, orderQueues } from "./queues/order.ts";
import { tickLabels } from "../kit/line-chart.tsx";

const column = (statType: string, unit: Column["unit"]): Column => ({ key: statType, statType, title: "", unit, words: "" });
const number = (v: number): Cell => ({ v, at: null, flags: [], reason: null });
const state = (status: string, since: number): Cell => ({ v: { status, since: micros(since), reasons: {}, members: null }, at: null, flags: [], reason: null });
const row = (name: string, groups: string[], ...cells: Cell[]): Row => ({ row: rowKey(name), object: name, objectType: "", name, groups, cells });
const figures = (columns: Column[], rows: Row[], at = 1000e6): Figures => ({ ...NOTHING, phase: "live", at: micros(at), shape: { columns, rows: rows.map((each) => each.row) }, rows: new Map(rows.map((each) => [each.row, each])) });

const agents = figures(
  [column("Current_Status", "status"), column("Calls_Handled", "count")],
  [row("Zoe", ["A"], state("AfterCallWork", 0), number(3)), row("Ana", ["A", "B"], state("CallInbound", 990e6), number(9)), row("Bo", ["B"], state("WaitForNextCall", 500e6), number(1))],
);
const all = { query: "", group: "all", states: [] };

describe("agents", () => {
  test("whoever is long in a state comes first, the others by name", () => {
    expect(selectAgents(agents, all, null).wanted).toEqual(["Zoe", "Ana", "Bo"]);
  });
  test("counts are of the group and the search, not of the states chosen", () => {
    const chosen = selectAgents(agents, { ...all, group: "A", states: ["call"] }, null);
    expect(chosen.wanted).toEqual(["Ana"]);
    expect([chosen.counts.call, chosen.counts.wrap, chosen.counts.ready]).toEqual([1, 1, 0]);
  });
  test("sorted by time in state, the longest is the one that began first", () => {
    expect(selectAgents(agents, all, { column: "in-state", direction: "descending" }).wanted).toEqual(["Zoe", "Bo", "Ana"]);
  });
  test("each agent sits once on the map", () => {
    expect(selectAgents(agents, all, null).seats).toEqual([{ group: "A", rows: ["Ana", "Zoe"] }, { group: "B", rows: ["Bo"] }]);
  });
  test("states in an address that do not exist are left out", () => {
    expect(readStates("ready,dancing")).toEqual(["ready"]);
  });
});

describe("queues", () => {
  const queues = figures([column("CurrMaxCallWaitingTime", "seconds")], [row("calm", [], number(0)), row("late", [], number(300)), row("near", [], number(70))]);
  test("stand worst first until the user sorts", () => {
    expect(orderQueues(queues, "", null)).toEqual(["late", "near", "calm"]);
    expect(orderQueues(queues, "", { column: "name", direction: "ascending" })).toEqual(["calm", "late", "near"]);
  });
  test("the headline answers whether something is wrong", () => {
    expect(headline(judgeAll(queues), 1, false)).toEqual({ level: "breach", title: "One queue needs attention", note: "One more close to a limit, one agent long in one state" });
    expect(headline([], 0, true).level).toBe("none");
    const calm = judgeAll(figures([column("CurrMaxCallWaitingTime", "seconds")], [row("a", [], number(0)), row("b", [], number(1))]));
    expect(headline(calm, 0, false)).toEqual({ level: "calm", title: "All 2 queues are within their limits", note: undefined });
  });
});

describe("sorting by clicks", () => {
  test("natural direction, the other, and back", () => {
    expect(nextSort(null, "x", false)).toBe("-x");
    expect(nextSort(readSort("-x"), "x", false)).toBe("x");
    expect(nextSort(readSort("x"), "x", false)).toBeUndefined();
    expect(nextSort(readSort("x"), "name", true)).toBe("name");
  });
});

describe("trails", () => {
  const one = (at: number, v: number) => figures([column("x", "count")], [row("a", [], number(v))], at);
  test("gather one point a step", () => {
    let trails = extend(new Map(), one(100e6, 1), 10, 60);
    expect(extend(trails, one(105e6, 2), 10, 60)).toBe(trails);
    trails = extend(trails, one(110e6, 3), 10, 60);
    expect(trails.get("a")).toEqual([[100, 1], [110, 3]]);
  });
  test("forget what is older than their span", () => {
    const trails = extend(extend(new Map(), one(100e6, 1), 10, 60), one(170e6, 2), 10, 60);
    expect(trails.get("a")).toEqual([[170, 2]]);
  });
  test("continue history without overlap, and draw what was not heard as a gap", () => {
    expect(mergeSeries([{ at: 10e6, v: 1 }, { at: 400e6, v: 2 }], [[390, 5], [400, 6]])).toEqual([[10, 1], [11, null], [390, 5], [400, 6]]);
  });
});

test("an axis never says the same number twice", () => {
  const whole = (value: number) => String(Math.round(value));
  expect(tickLabels([0, 0.5, 1, 1.5, 2], whole)).toEqual(["0", "", "1", "", "2"]);
  expect(tickLabels([0, 5, 10], whole)).toEqual(["0", "5", "10"]);
  expect(tickLabels([0, 0.5, 1], (value) => value.toFixed(1))).toEqual(["0.0", "0.5", "1.0"]);
});
