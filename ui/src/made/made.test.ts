// What made a number, in words.
import { expect, test } from "vitest";
import type { Made, MadeItem } from "../api/made.ts";
import type { Column } from "../live/frame.ts";
import { csvOfItems } from "./csv.ts";
import { actionWords, foldWords, shareWords, whoWords } from "./fold.ts";
import { partsOf } from "./parts.ts";

const sums = { count: 0, seconds: 0, longest: null, shortest: null, in_range: 0 };
const at = (hour: number, minute = 0, second = 0): number => Date.UTC(2026, 10, 23, hour, minute, second) * 1000;
const made = (rule: string, more: Partial<Made>): Made => ({ object: "8001", at: at(14), from: at(0), until: at(14, 5, 12), rule, value: 3, folded: 3, empty: false, agrees: true, journal_from: at(0), is_short: false, total: 3, main: sums, rel: sums, items: [], ...more });
const item = (more: Partial<MadeItem>): MadeItem => ({ what: "CallAnswered", begun: at(9), ended: at(9, 0, 20), seconds: 20, main: true, rel: true, in_range: false, records: [], ...more });

test("the rule is told with its figures", () => {
  expect(foldWords(made("TotalNumber", { main: { ...sums, count: 31 }, folded: 31 }), "count", "UTC")).toBe("31 count from 00:00:00 to 14:05:12: 31.");
  expect(foldWords(made("TotalNumber", { main: { ...sums, count: 2 }, folded: 2, items: [item({}), item({ main: false, what: "CallWait" })] }), "count", "UTC")).toBe("2 × Call answered, from 00:00:00 to 14:05:12: 2.");
  expect(foldWords(made("CurrentNumber", { main: { ...sums, count: 1 }, folded: 1 }), "count", "UTC")).toBe("1 counts at 14:05:12: 1.");
  expect(foldWords(made("AverageTime", { main: { ...sums, seconds: 90 }, rel: { ...sums, count: 6 }, folded: 15 }), "seconds", "UTC")).toBe("1:30 in all, divided by 6, from 00:00:00 to 14:05:12: 0:15.");
  const service = made("TotalNumberInTimeRangePercentage", { range: [0, 20], main: { ...sums, count: 31, in_range: 28 }, folded: 90.32 });
  expect(foldWords(service, "percent", "UTC").replaceAll("\u202f", " ")).toBe("28 of 31 lie within 20 s, from 00:00:00 to 14:05:12: 90.3 %.");
  expect(foldWords(made("AverageTime", { empty: true, folded: 0 }), "seconds", "UTC")).toContain("no number yet");
});
test("an item tells what it adds, and whose it is where one may know", () => {
  expect(shareWords(made("TotalNumber", {}), item({}))).toBe("+1");
  expect(shareWords(made("TotalTime", {}), item({ seconds: 247 }))).toBe("+4:07");
  expect(shareWords(made("RelativeNumberPercentage", {}), item({ main: false }))).toBe("compared with");
  expect(shareWords(made("TotalNumberInTimeRange", { range: [0, 20] }), item({}))).toBe("out of range");
  expect([whoWords(item({ by: { object_type: "Agent", object: "A1" } }), "8001"), whoWords(item({ by: { object_type: "Agent" } }), "8001"), whoWords(item({ of: { object_type: "Queue", object: "8001" } }), "8001")]).toEqual(["A1", "not shown to you", ""]);
  expect([actionWords("CallAnswered"), actionWords("ACWCompleted"), actionWords("CallWait")]).toEqual(["Call answered", "ACW completed", "Call wait"]);
});
test("a file holds every item with its events", () => {
  const told = { source: "sw1", epoch: 2, seq: 7, time: at(9), received: at(9), event: "Queued" };
  const lines = csvOfItems(made("TotalNumber", {}), [item({ call: "00ab", records: [told] })]).trim().split("\r\n");
  expect(lines).toHaveLength(2);
  expect(lines[1]).toContain("00ab");
  expect(lines[1]).toContain("Queued (sw1 2/7)");
});
test("a formula names the columns of its table", () => {
  const column = (statType: string): Column => ({ key: `${statType}|Queue|Default|||`, statType, title: "", unit: "count", words: "" });
  const columns = [column("Calls_Entered"), column("Calls_Answered"), column("Calls_Abandoned"), { ...column("share"), key: "formula|Queue|share" }];
  const of = JSON.stringify({ query: { object_type: "Queue", objects: "*", statistics: ["Calls_Entered", "Calls_Answered", "Calls_Abandoned", { formula: "percent(Calls_Answered, Calls_Entered)" }] } });
  const cells = [31, 28, 3, 90].map((v) => ({ v, at: null, flags: [], reason: null }));
  expect(partsOf(of, 3, columns, cells).map((part) => [part.column.statType, part.shown])).toEqual([["Calls_Entered", 31], ["Calls_Answered", 28]]);
  expect(partsOf(of, 0, columns, cells)).toEqual([]);
});
