// The floor's rules: levels, words, totals, who needs a look.
import { describe, expect, test } from "vitest";
import { micros, rowKey, type Cell, type Column, type Flag, type Row, type Unit } from "../live/frame.ts";
import { compareQueues, judgeAgent, judgeQueue } from "./attention.ts";
import { agentFloor } from "./groups.ts";
import { headlineOf } from "./headline-figure.ts";
import { readOptions } from "./options.ts";
import { present } from "./present.ts";
import { floorState, phrase } from "./states.ts";
import { AGENT_WISHES, grant, QUEUE_WISHES, shortTitle } from "./statistics.ts";
import { DEFAULTS, levelOf, readThresholds } from "./thresholds.ts";
import { floorTotals, readerOf } from "./totals.ts";

const column = (statType: string, unit: Unit = "count"): Column => ({ key: statType, statType, title: statType, unit, words: "" });
const cell = (v: number | null, ...flags: Flag[]): Cell => ({ v, at: micros(1), flags, reason: v === null ? "no_data" : null });
const row = (name: string, ...cells: Cell[]): Row => ({ row: rowKey(name), object: name, objectType: "Queue", name, groups: [], cells });
const status = (name: string, since: number, reasons = {}) => ({ status: name, since: micros(since), reasons, members: null });

describe("thresholds", () => {
  test("a limit is passed beyond it, not at it", () => {
    expect(levelOf(60, DEFAULTS["CurrMaxCallWaitingTime"])).toBe("calm");
    expect(levelOf(61, DEFAULTS["CurrMaxCallWaitingTime"])).toBe("warn");
    expect(levelOf(121, DEFAULTS["CurrMaxCallWaitingTime"])).toBe("breach");
  });
  test("some numbers are bad when low", () => {
    expect(levelOf(79.9, DEFAULTS["ServiceFactor"])).toBe("warn");
    expect(levelOf(59, DEFAULTS["ServiceFactor"])).toBe("breach");
  });
  test("no value and no threshold are calm", () => {
    expect(levelOf(null, DEFAULTS["ServiceFactor"])).toBe("calm");
    expect(levelOf(5, undefined)).toBe("calm");
  });
  test("a widget's options win over the defaults, word by word", () => {
    const read = readThresholds({ thresholds: { ServiceFactor: { warn: 90 }, Calls_Entered: { breach: 5, when: "below" } } });
    expect(read["ServiceFactor"]).toEqual({ warn: 90, breach: null, when: "below" });
    expect(read["Calls_Entered"]).toEqual({ warn: null, breach: 5, when: "below" });
    expect(read["Average_Wait_Time"]).toEqual(DEFAULTS["Average_Wait_Time"]);
  });
  test.each([null, 7, "x", { thresholds: [] }, { thresholds: { ServiceFactor: 3 } }])("options that can't be read (%j) leave the defaults", (options) => {
    expect(readThresholds(options)).toEqual(DEFAULTS);
  });
});

describe("states", () => {
  test("speak the floor's words, with the reason", () => {
    const state = floorState(status("NotReadyForNextCall", 1, { Other: "x", ReasonCode: "team_meeting" }));
    expect(state).toEqual({ kind: "not-ready", word: "Not ready", reason: "Team meeting" });
    expect(phrase(state)).toBe("Not ready, team meeting");
  });
  test("an unknown status says its name instead of hiding", () => {
    expect(floorState(status("Juggling", 1))).toEqual({ kind: "unknown", word: "Juggling", reason: null });
  });
  test("too long in one state is told with its limit", () => {
    expect(judgeAgent(status("AfterCallWork", 0), micros(400e6))).toMatchObject({ level: "breach", seconds: 400, limit: 360 });
    expect(judgeAgent(status("WaitForNextCall", 0), micros(9e12)).level).toBe("calm");
  });
});

describe("a cell as shown", () => {
  test("the four words for a missing value", () => {
    const words = (["no_data", "source_down", "not_permitted", "not_computable"] as const).map((reason) => present({ v: null, at: null, flags: [], reason }, column("x"), false).missing);
    expect(words).toEqual(["no data yet", "source down", "not permitted", "not computable"]);
  });
  test("zero is a value; a share of nothing is not zero", () => {
    expect(present(cell(0), column("Current_In_Queue"), false).text).toBe("0");
    expect(present(cell(0, "empty"), column("ServiceFactor", "percent"), false).missing).toBe("none yet");
    expect(present(cell(0, "empty"), column("Calls_Entered"), false).text).toBe("0");
    expect(present(cell(0, "empty"), { ...column("Calls_Per_Hour", "number"), key: "formula|Agent|Calls_Per_Hour" }, false).missing).toBe("none yet");
  });
  test("quality names every doubt", () => {
    expect(present(cell(1), column("x"), false).quality).toBe("good");
    expect(present(cell(1, "partial"), column("x"), true).quality).toBe("partial stale");
    expect(present(undefined, column("x"), false).quality).toBe("no_data");
  });
  test("units", () => {
    expect(present(cell(247.9), column("x", "seconds"), false)).toMatchObject({ text: "4:07", suffix: null, spoken: "4 minutes 7 seconds" });
    expect(present(cell(72.6), column("x", "percent"), false)).toMatchObject({ text: "73", suffix: "%", spoken: "73 percent", raw: "72.6" });
  });
});

describe("attention", () => {
  const columns = [column("Current_In_Queue"), column("CurrMaxCallWaitingTime", "seconds"), column("ServiceFactor", "percent"), column("Queue_Agents_Logged")];
  const judge = (...cells: Cell[]) => judgeQueue(row("q", ...cells), columns, DEFAULTS, micros(1000e6));
  test("says what, beyond which limit, since when", () => {
    const { level, findings } = judge(cell(3), cell(150), cell(90), cell(4));
    expect(level).toBe("breach");
    expect(findings[0]).toMatchObject({ words: "longest wait over 2\u202fmin", since: (1000 - 30) * 1e6 });
  });
  test("what happens now stands before what the day added up to", () => {
    const { findings } = judge(cell(25), cell(10), cell(40), cell(4));
    expect(findings.map(({ statistic }) => statistic)).toEqual(["Current_In_Queue", "ServiceFactor"]);
  });
  test("callers with nobody logged in are a breach without any threshold", () => {
    expect(judge(cell(1), cell(5), cell(90), cell(0)).findings[0]?.words).toBe("nobody logged in");
    expect(judge(cell(0), cell(0), cell(90), cell(0)).level).toBe("calm");
  });
  test("an empty share judges nobody", () => {
    expect(judge(cell(0), cell(0), cell(0, "empty"), cell(3)).level).toBe("calm");
  });
  test("worst first, equals by name", () => {
    const queue = (name: string, ...cells: Cell[]) => ({ name, longest: 0, verdict: judgeQueue(row(name, ...cells), columns, DEFAULTS, null) });
    const sorted = [queue("b", cell(0), cell(0), cell(90), cell(1)), queue("day", cell(0), cell(0), cell(10), cell(1)), queue("a", cell(0), cell(0), cell(90), cell(1)), queue("now", cell(1), cell(200), cell(90), cell(1))].sort(compareQueues);
    expect(sorted.map(({ name }) => name)).toEqual(["now", "day", "a", "b"]);
  });
});

describe("totals", () => {
  const columns = ["Current_In_Queue", "CurrMaxCallWaitingTime", "Calls_Answered", "Calls_Abandoned_Total", "Calls_Abandoned_Short", "Answered_In_Threshold", "Calls_Entered", "Average_Wait_Time"].map((name) => column(name));
  const read = readerOf(columns);
  const small = row("small", cell(1), cell(5), cell(10), cell(0), cell(0), cell(10), cell(10), cell(4));
  const large = row("large", cell(2), cell(9), cell(80), cell(20), cell(10), cell(45), cell(100), cell(40));
  test("shares are computed from their parts, not averaged", () => {
    const totals = floorTotals([small, large], read);
    expect(totals.serviceLevel.value).toBe((100 * 55) / 100); // 100 % and 50 % of very different queues
    expect(totals.averageWait.value).toBeCloseTo((10 * 4 + 80 * 40) / 90);
    expect(totals.abandoned.value).toBeCloseTo((100 * 20) / 110);
    expect([totals.waiting.value, totals.longest.value]).toEqual([3, 9]);
  });
  test("a missing part is told", () => {
    const broken = { ...small, cells: small.cells.map((each, ix) => (ix === 0 ? cell(null) : each)) };
    expect(floorTotals([broken, large], read).waiting).toEqual({ value: 2, isPartial: true });
  });
  test("of nothing there is no share", () => {
    expect(floorTotals([], read).serviceLevel.value).toBeNull();
  });
  test("agents are counted by state and group, the overdue ones by how far they are", () => {
    const agent = (name: string, group: string, state: string, since: number): Row => ({ ...row(name, { v: status(state, since), at: null, flags: [], reason: null }), groups: [group] });
    const floor = agentFloor([agent("a", "G", "CallInbound", 900e6), agent("b", "G", "LoggedOut", 0), agent("c", "H", "AfterCallWork", 0), agent("d", "H", "CallOnHold", 850e6)], [column("s", "status")], micros(1000e6));
    expect(floor.present).toBe(3);
    expect(floor.groups.map(({ group, present: n }) => [group, n])).toEqual([["G", 1], ["H", 2]]);
    expect(floor.overdue.map(({ row: { name } }) => name)).toEqual(["c", "d"]);
  });
  test("a headline sums counts and names the worst of what can't be summed", () => {
    expect(headlineOf([row("a", cell(1)), row("b", cell(2))], [column("x")], readOptions({}, "x"))).toEqual({ value: 3, words: "in 2 queues" });
    expect(headlineOf([row("a", cell(70)), row("b", cell(50))], [column("x", "percent")], readOptions({ warn_below: 80 }, "x"))).toEqual({ value: 50, words: "b" });
    expect(headlineOf([row("a", cell(0, "empty"))], [column("CurrMaxCallWaitingTime", "seconds")], readOptions({ total: "max" }, "x"))).toEqual({ value: 0, words: "none of 1 queue" });
    expect(headlineOf([row("a", cell(null))], [column("x")], readOptions({}, "x")).value).toBeNull();
  });
});

describe("a widget's options", () => {
  test("plain limits speak of the first statistic", () => {
    expect(readOptions({ warn_below: 80, breach_below: 70 }, "ServiceFactor").thresholds["ServiceFactor"]).toEqual({ warn: 80, breach: 70, when: "below" });
    expect(readOptions({ warn: 5, breach: 10 }, "Own").thresholds["Own"]).toEqual({ warn: 5, breach: 10, when: "above" });
  });
  test("what is said beyond reason is brought back, what can't be read is left", () => {
    expect(readOptions({ minutes: 1e9, series_max: 0, total: "median", sort: ["-A"] }, "x")).toMatchObject({ minutes: 1440, seriesMax: 1, total: "auto", sort: "-A" });
    expect(readOptions(null, "x")).toMatchObject({ minutes: 120, sort: undefined });
  });
  test("a ratio is of the sums", () => {
    const rows = [row("a", cell(50), cell(1), cell(2)), row("b", cell(0), cell(0), cell(98))];
    expect(headlineOf(rows, [column("p", "percent"), column("part"), column("whole")], readOptions({ total: "ratio", part: "part", whole: "whole" }, "p")).value).toBe(1);
  });
});

describe("what pages ask for", () => {
  test("of several names the first that the server knows", () => {
    expect(grant(["A|B", "C"], new Set(["B"]))).toEqual(["B"]);
    expect(grant(["A|B", "C"], null)).toEqual(["A", "C"]);
  });
  test("no wish stands twice", () => {
    for (const wishes of [QUEUE_WISHES, AGENT_WISHES]) expect(new Set(wishes).size).toBe(wishes.length);
  });
  test("a statistic without a title of ours has the server's, or its name in words", () => {
    expect(shortTitle("Own_Thing", "Own")).toBe("Own");
    expect(shortTitle("Own_Thing", "Own_Thing")).toBe("Own Thing");
  });
});
