// What the frame of the pages says and finds.
import { describe, expect, test } from "vitest";
import { find, plain, type Entry } from "./find.ts";
import { healthOf } from "./health.ts";

const OPEN = { phase: "open", failures: 0, reason: null } as const;
const down = { type: "state", source: "pbx", kind: "source", status: "down", since: null, detail: "refused" } as const;

describe("health", () => {
  test("a living stream needs no sentence", () => {
    expect(healthOf(OPEN, "fresh", [], true)).toEqual({ tone: "good", word: "Live", sentence: null });
  });
  test("a broken source is named", () => {
    expect(healthOf(OPEN, "fresh", [down], true)).toMatchObject({ tone: "bad", word: "Source down", sentence: "pbx does not answer (refused)." });
  });
  test("values that are behind say by how much", () => {
    expect(healthOf(OPEN, "fresh", [], true, 75)).toMatchObject({ tone: "waiting", word: "1:15 behind" });
    expect(healthOf(OPEN, "fresh", [], true, 2).word).toBe("Live");
  });
  test("silence is told", () => {
    expect(healthOf(OPEN, "stale", [], true)).toMatchObject({ tone: "bad", word: "Standing still" });
    expect(healthOf(OPEN, "ageing", [], true)).toMatchObject({ tone: "waiting", word: "Slow" });
  });
  test("the connection comes before everything that depends on it", () => {
    expect(healthOf({ phase: "waiting", failures: 1, reason: "restart" }, "stale", [down], true)).toMatchObject({ word: "Reconnecting", sentence: "The connection to Pulse is lost (restart). It is tried again by itself." });
  });
  test("before the first word it connects, and that is no fault", () => {
    expect(healthOf({ phase: "connecting", failures: 0, reason: null }, "fresh", [], false).tone).toBe("waiting");
  });
});

describe("finding", () => {
  const entry = (label: string, kind = "Agent"): Entry => ({ id: label, label, kind, go: () => undefined });
  const entries = [entry("Rosa Jiménez"), entry("Sales EN", "Queue"), entry("Oskar Salemann")];
  const labels = (query: string) => find(entries, query).map(({ label }) => label);
  test("marks on letters do not matter", () => {
    expect(labels("jimenez")).toEqual(["Rosa Jiménez"]);
    expect(plain("Yılmaz ÉÖ")).toBe("yılmaz eo");
  });
  test("beginnings of words come first", () => {
    expect(labels("sale")).toEqual(["Sales EN", "Oskar Salemann"]);
  });
  test("every word counts, also the kind", () => {
    expect(labels("sa queue")).toEqual(["Sales EN"]);
    expect(labels("sa rosa x")).toEqual([]);
  });
});
