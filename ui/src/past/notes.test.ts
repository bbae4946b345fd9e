// Which figures a note of bad data casts doubt on.
import { expect, test } from "vitest";
import type { Note } from "../api/notes.ts";
import type { Column, Unit } from "../live/frame.ts";
import { doubts, notesWithin } from "./notes.ts";

const at = (text: string): number => Date.parse(`2026-11-28T${text}:00Z`) * 1000;
const note = (from: string, to: string, more: Partial<Note> = {}): Note => ({ id: from, kind: "bad_data", text: "Trunk down", from: at(from), to: at(to), author: "mara", removable: false, ...more });
const column = (statType: string, profile: string, unit: Unit = "count"): Column => ({ key: `${statType}|Queue|${profile}|||`, statType, title: "", unit, words: "" });
const outage = note("10:00", "10:20");
const isDoubted = (of: Column, when: string, objects: readonly string[] = ["8001"], notes: readonly Note[] = [outage]) => doubts(notes, of, objects, at(when), at("00:00")).length > 0;

test("a figure since midnight carries the outage for the rest of the day", () => {
  const entered = column("Calls_Entered", "Default");
  expect([isDoubted(entered, "09:59"), isDoubted(entered, "10:10"), isDoubted(entered, "18:00")]).toEqual([false, true, true]);
});
test("a sliding figure leaves it behind, one of this quarter with the quarter", () => {
  const sliding = column("ServiceFactor", "Last15", "percent");
  expect([isDoubted(sliding, "10:34"), isDoubted(sliding, "10:36")]).toEqual([true, false]);
  const quarter = column("ServiceFactor", "Quarter", "percent");
  expect([isDoubted(quarter, "10:29"), isDoubted(quarter, "10:31")]).toEqual([true, false]);
});
test("a figure of this moment is doubted while it lasts", () => {
  const waiting = column("Current_In_Queue", "Default");
  expect([isDoubted(waiting, "10:10"), isDoubted(waiting, "10:21")]).toEqual([true, false]);
});
test("a note about a queue concerns that queue; a remark casts no doubt", () => {
  const entered = column("Calls_Entered", "Default");
  const ofQueue = [note("10:00", "10:20", { queue: "8001" })];
  expect([isDoubted(entered, "11:00", ["8001", "8002"], ofQueue), isDoubted(entered, "11:00", ["8002"], ofQueue)]).toEqual([true, false]);
  expect(isDoubted(entered, "11:00", ["8001"], [note("10:00", "10:20", { kind: "outage" })])).toBe(false);
});
test("a profile that is not known is taken for the day", () => {
  expect(isDoubted(column("Calls_Entered", "My_Shift"), "18:00")).toBe(true);
});
test("notes are found by the time that they touch", () => {
  const instant: Note = { id: "i", kind: "remark", text: "x", from: at("12:00"), author: "m", removable: true };
  expect(notesWithin([outage, instant], at("10:20"), at("11:00"))).toEqual([outage]);
  expect(notesWithin([outage, instant], at("12:00"), at("12:00"))).toEqual([instant]);
});
