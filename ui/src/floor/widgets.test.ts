// What widgets compute from rows: sub-totals, intervals, time lines, alarms, formats, hysteresis, selections.
import { describe, expect, test } from "vitest";
import { sparkPath } from "../kit/spark-path.ts";
import { micros, rowKey, type Cell, type Column, type Flag, type Row, type Unit, type Value } from "../live/frame.ts";
import { NameMask } from "../live/mask.ts";
import { csvOf } from "../boards/csv.ts";
import { nextSorts, readSorts, writeSorts } from "../parts/sorts.ts";
import { alarmsOf, isSnoozed, newestFirst, stand } from "./alarms.ts";
import { NO_GROUP, pinnedFirst, underGroups } from "./arrange.ts";
import { readFormats, toneOf } from "./formats.ts";
import { byInterval, intervals, shade } from "./heat.ts";
import { commonInterval, intervalSentence, intervalWord } from "./interval.ts";
import { gaugeMax } from "./scale.ts";
import { isChosen, readSelection } from "./select.ts";
import { subtotal, supportOf } from "./subtotals.ts";
import { levelAfter } from "./thresholds.ts";
import { drawn, follow } from "./timeline.ts";

const cell = (v: Value, ...flags: readonly Flag[]): Cell => ({ v, at: micros(1e15), flags, reason: v === null ? "no_data" : null });
const column = (statType: string, unit: Unit = "count", profile = "Default"): Column => ({ key: `${statType}|Queue|${profile}|||`, statType, title: statType, unit, words: "" });
const row = (name: string, cells: readonly Cell[], groups: readonly string[] = []): Row => ({ row: rowKey(name), object: name, objectType: "Queue", name, groups, cells });
const state = (status: string, since: number, reasons = {}): Value => ({ status, since: micros(since * 1e6), reasons, members: null });

describe("sub-totals", () => {
  const columns = [column("ServiceFactor", "percent"), column("Answered_In_Threshold"), column("Calls_Answered"), column("Calls_Abandoned_Total"), column("Calls_Abandoned_Short"), column("Average_Wait_Time", "seconds")];
  const of = (ix: number, rows: readonly Row[]) => subtotal(rows, columns, columns[ix] as Column);
  const busy = row("a", [cell(50), cell(450), cell(900), cell(0), cell(0), cell(30)].map((each) => each));
  const quiet = row("b", [cell(100), cell(10), cell(10), cell(0), cell(0), cell(3)]);
  test("a service level is that of all calls, not the mean of percentages", () => {
    expect(of(0, [busy, quiet]).value).toBeCloseTo((100 * 460) / 910, 6);
  });
  test("a mean is weighted with how many it is the mean of", () => {
    expect(of(5, [busy, quiet]).value).toBeCloseTo((30 * 900 + 3 * 10) / 910, 6);
  });
  test("without its parts a share has no sub-total, and says why", () => {
    const alone = [column("ServiceFactor", "percent")];
    expect(subtotal([row("a", [cell(50)])], alone, alone[0] as Column)).toMatchObject({ value: null, words: "its parts are not in this table" });
    expect(supportOf(["ServiceFactor"], new Set(["Answered_In_Threshold", "Calls_Answered"]))).toEqual(["Answered_In_Threshold", "Calls_Answered"]);
  });
  test("parts over another time are not its parts", () => {
    const mixed = [column("ServiceFactor", "percent", "Last15"), ...columns.slice(1)];
    expect(subtotal([busy, quiet], mixed, mixed[0] as Column).value).toBeNull();
  });
  test("a row without a value makes a sum partial; the longest wait is the longest of all", () => {
    expect(of(2, [busy, row("c", columns.map(() => cell(null)))])).toMatchObject({ value: 900, isPartial: true });
    const wait = [column("CurrMaxCallWaitingTime", "seconds")];
    expect(subtotal([row("a", [cell(4)]), row("b", [cell(9)])], wait, wait[0] as Column)).toMatchObject({ value: 9, words: "highest" });
    expect(subtotal([row("a", [cell(4)])], [column("X", "percent")], column("X", "percent")).value).toBeNull();
  });
});

describe("levels that remember", () => {
  const limit = { warn: 10, breach: 20, when: "above" as const, back: 3 };
  test("a level rises at once and falls only when the value has come back", () => {
    expect(levelAfter("calm", 21, limit)).toBe("breach");
    expect(levelAfter("breach", 18, limit)).toBe("breach");
    expect(levelAfter("breach", 16, limit)).toBe("warn");
    expect(levelAfter("warn", 8, limit)).toBe("warn");
    expect(levelAfter("warn", 6, limit)).toBe("calm");
  });
  test("without a value there is no level; below works the other way", () => {
    expect(levelAfter("breach", null, limit)).toBe("calm");
    expect(levelAfter("breach", 61, { warn: 80, breach: 60, when: "below", back: 5 })).toBe("breach");
    expect(levelAfter("breach", 66, { warn: 80, breach: 60, when: "below", back: 5 })).toBe("warn");
  });
});

describe("intervals of the day", () => {
  test("a growing count is told by how much it grew, a fall begins anew", () => {
    const points = [[0, 5], [50, 8], [150, 20], [250, 3]] as const;
    expect(byInterval(points, intervals(0, 300, 100), 100, "growth")).toEqual([3, 12, 3]);
    expect(byInterval(points, [300], 100, "growth")).toEqual([null]);
  });
  test("everything else by its mean; what is not known is nothing", () => {
    expect(byInterval([[0, 10], [50, 20], [60, null]], [0, 100], 100, "mean")).toEqual([15, null]);
    expect([shade(null, 0, 9), shade(0, 0, 9), shade(9, 0, 9), shade(5, 0, 9), shade(80, 80, 80)]).toEqual([0, 1, 5, 4, 1]);
  });
  test("columns say what they cover", () => {
    expect([intervalWord(column("Current_In_Queue")), intervalWord(column("Calls_Entered")), intervalWord(column("ServiceFactor", "percent", "Last15"))]).toEqual(["now", "today", "last 15 min"]);
    expect(intervalSentence(column("Calls_Entered"), "Since 00:00 Europe/Madrid.")).toBe("Since 00:00 Europe/Madrid.");
    expect(commonInterval([column("Current_In_Queue"), column("Calls_Entered")])).toBeNull();
  });
});

describe("state time lines", () => {
  const columns = [column("Current_Status", "status")];
  const says = (status: string, since: number, reasons = {}) => [row("a", [cell(state(status, since, reasons))])];
  test("a stretch begins where its state says, and the same state is one stretch", () => {
    let lines = follow(new Map(), says("WaitForNextCall", 100), columns, micros(160e6), 600);
    lines = follow(lines, says("WaitForNextCall", 100), columns, micros(170e6), 600);
    lines = follow(lines, says("CallInbound", 180), columns, micros(181e6), 600);
    expect(drawn(lines.get(rowKey("a")) ?? [], 120, 200).map(({ kind, from, to }) => [kind, from, to])).toEqual([["ready", 120, 180], ["call", 180, 200]]);
  });
  test("nothing new is the same object; what left the span is forgotten", () => {
    const one = follow(new Map(), says("WaitForNextCall", 100), columns, micros(160e6), 50);
    expect(follow(one, says("WaitForNextCall", 100), columns, micros(161e6), 50)).toBe(one);
    let lines = one;
    for (let n = 0; n < 50; n++) lines = follow(lines, says(n % 2 === 0 ? "CallInbound" : "AfterCallWork", 200 + n * 10), columns, micros((200 + n * 10) * 1e6), 50);
    expect((lines.get(rowKey("a")) ?? []).length).toBeLessThan(9);
  });
});

describe("alarms", () => {
  const columns = [column("CurrMaxCallWaitingTime", "seconds")];
  const limits = { CurrMaxCallWaitingTime: { warn: 60, breach: 120, when: "above" as const } };
  const alarms = (seconds: number) => alarmsOf([row("Sales", [cell(seconds)])], columns, limits);
  test("an alarm keeps its beginning until it becomes worse", () => {
    let board = stand(new Map(), alarms(70), micros(10));
    board = stand(board, alarms(80), micros(20));
    expect(newestFirst(board)[0]).toMatchObject({ since: 10, level: "warn", words: "Longest wait 1:20, over 1\u202fmin" });
    expect(newestFirst(stand(board, alarms(130), micros(30)))[0]).toMatchObject({ since: 30, level: "breach" });
    expect(stand(board, alarms(5), micros(40)).size).toBe(0);
  });
  test("what is stale raises no alarm; what is snoozed is quiet until then", () => {
    expect(alarmsOf([row("Sales", [cell(500, "stale")])], columns, limits)).toEqual([]);
    expect([isSnoozed({ k: 100 }, "k", micros(99)), isSnoozed({ k: 100 }, "k", micros(100))]).toEqual([true, false]);
  });
});

describe("tables", () => {
  test("the first rule that a row meets decides; states are named in the floor's words", () => {
    const formats = readFormats([{ statistic: "n", test: "above", value: 5, tone: "warn" }, { statistic: "s", test: "is", value: "lunch", tone: "mark" }, { statistic: "n", test: "odd", value: 1, tone: "warn" }]);
    expect(formats.length).toBe(2);
    const read = (cells: Readonly<Record<string, Cell>>) => (name: string) => cells[name];
    expect(toneOf(formats, read({ n: cell(6), s: cell(state("NotReadyForNextCall", 1, { ReasonCode: "lunch" })) }))).toBe("warn");
    expect(toneOf(formats, read({ n: cell(5), s: cell(state("NotReadyForNextCall", 1, { ReasonCode: "lunch" })) }))).toBe("mark");
    expect(toneOf(formats, read({ n: cell(null) }))).toBeNull();
  });
  test("rows lie under their groups, pins on top", () => {
    const home = (key: string) => ({ a: "Two", b: "One", c: NO_GROUP })[key] ?? NO_GROUP;
    expect(underGroups(["a", "b", "c"], home).map(({ name }) => name)).toEqual(["One", "Two", NO_GROUP]);
    expect(pinnedFirst(["a", "b", "c"], (key) => key, ["c", "b"])).toEqual(["c", "b", "a"]);
  });
  test("a selection follows groups and names, without accents", () => {
    const zoe = row("Zoë Büch", [], ["Sales"]);
    expect([isChosen(zoe, readSelection({ groups: ["Sales"] })), isChosen(zoe, readSelection({ groups: ["Billing"] })), isChosen(zoe, readSelection({ name: "zoe buch" })), isChosen(zoe, readSelection(null))]).toEqual([true, false, true, true]);
  });
  test("Shift refines an order, a plain click begins a new one", () => {
    const one = nextSorts([], "calls", { isAdded: false, isText: false });
    const two = nextSorts(one, "name", { isAdded: true, isText: true });
    expect(writeSorts(two)).toBe("-calls,name");
    expect(writeSorts(nextSorts(two, "name", { isAdded: false, isText: true }))).toBe("name");
    expect(readSorts("-calls,,name")).toEqual(two);
    expect(nextSorts(nextSorts(one, "calls", { isAdded: false, isText: false }), "calls", { isAdded: false, isText: false })).toEqual([]);
  });
  test("a file for spreadsheets says why a value is missing, and holds no formulas", () => {
    const text = csvOf([column("Calls_Entered"), column("Average_Wait_Time", "seconds")], [row("=cmd|x", [cell(3), cell(null)], ["A", "B"])]);
    expect(text.split("\r\n").slice(0, 2)).toEqual(["Object,Name,Groups,Entered,Average wait (s),Values of,Quality", "'=cmd|x,'=cmd|x,A; B,3,no data yet,2001-09-09T01:46:40.000Z,"]);
  });
  test("a file tells which columns are doubtful, and why", () => {
    const doubtful = row("q", [{ ...cell(3), flags: ["partial", "empty"] }]);
    const text = csvOf([column("Calls_Entered")], [doubtful], () => ["Bad data, 10:00 to 10:20: Trunk down"]);
    expect(text).toContain('"Entered: partial, Bad data, 10:00 to 10:20: Trunk down"');
  });
});

describe("drawing", () => {
  test("a small line keeps its gaps", () => {
    expect(sparkPath([[0, 1], [50, 2], [60, null], [100, 1]], 0, 100)).toBe("M0.0 18.0L50.0 2.0M100.0 18.0");
    expect(sparkPath([[0, 1]], 0, 100)).toBe("");
  });
  test("a scale ends at a round number beyond value and limits", () => {
    expect([gaugeMax("percent", 3, undefined), gaugeMax("count", 3, { warn: 5, breach: 10, when: "above" }), gaugeMax("seconds", 130, undefined)]).toEqual([100, 20, 180]);
  });
  test("hidden names are numbers that stay", () => {
    const mask = new NameMask();
    const snapshot = { type: "snapshot", id: 1, gen: 1, seq: 1, at: micros(1), columns: [], rows: [{ ...row("Ann", []), objectType: "Agent" }], visible: null } as const;
    const hidden = mask.apply(snapshot);
    expect(hidden.type === "snapshot" && hidden.rows[0]?.name).toBe("Agent 1");
    const again = mask.apply(snapshot);
    expect(again.type === "snapshot" && again.rows[0]?.name).toBe("Agent 1");
  });
});
