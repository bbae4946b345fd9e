// Boards as they are changed: places, commands, undo, saving, words.
import { describe, expect, test } from "vitest";
import type { Board, Widget } from "../api/types.ts";
import { boardId } from "../api/boards.ts";
import { apply, tabOf, widgetsOn, wordsOf } from "./edit.ts";
import { frameVerdict } from "./frames.ts";
import { asKind, newWidget } from "./kinds.ts";
import { freePlace, overlaps, place, tidy, within } from "./layout.ts";
import { next, type Saving } from "./saving.ts";
import { chosenStats, setOption, withGrouping, withLimit, withProfile, withStatistics } from "./settings.ts";
import { begin, perform, redo, undo, undoWords } from "./undo.ts";
import { readBoards, readSeconds, shiftAt, shouldReload, wallPages } from "./wall.ts";
import { differences } from "./words.ts";

const at = (id: string, x: number, y: number, w: number, h: number, more: Partial<Widget> = {}): Widget => ({ id, kind: "kpi", title: id, x, y, w, h, query: { object_type: "Queue", objects: "*", statistics: ["Current_In_Queue"] }, options: {}, ...more });
const board = (...widgets: readonly Widget[]): Board => ({ id: "b", title: "Board", revision: 3, widgets });
const spots = (widgets: readonly Widget[]) => widgets.map(({ id, x, y, w, h }) => `${id} ${x},${y} ${w}x${h}`);
const LIBRARY = [
  ["Current_In_Queue", "count"],
  ["ServiceFactor", "percent"],
  ["Answered_In_Threshold", "count"],
  ["Calls_Answered", "count"],
  ["Calls_Abandoned_Total", "count"],
  ["Calls_Abandoned_Short", "count"],
].map(([name = "", unit]) => ({ name, title: name, words: "", unit: unit as "count", category: "", object_types: ["Queue"] }));

describe("places", () => {
  test("what is in the way goes down, and pushes what lies below; nothing else moves", () => {
    const all = [at("a", 0, 0, 4, 2), at("b", 0, 2, 4, 2), at("c", 0, 4, 4, 2), at("d", 8, 0, 4, 2)];
    expect(spots(place(all, "a", { x: 0, y: 1, w: 4, h: 2 }))).toEqual(["a 0,1 4x2", "b 0,3 4x2", "c 0,5 4x2", "d 8,0 4x2"]);
  });
  test("what did not move is the same object, so that it is not drawn again", () => {
    const all = [at("a", 0, 0, 4, 2), at("d", 8, 0, 4, 2)];
    expect(place(all, "a", { x: 1, y: 0, w: 4, h: 2 })[1]).toBe(all[1]);
  });
  test("nothing overlaps after any move", () => {
    let all: readonly Widget[] = [at("a", 0, 0, 6, 3), at("b", 6, 0, 6, 3), at("c", 0, 3, 12, 4), at("d", 3, 7, 5, 2)];
    for (let n = 0; n < 60; n++) {
      const id = "abcd".charAt(n % 4);
      all = place(all, id, { x: (n * 5) % 12, y: (n * 7) % 9, w: 1 + ((n * 3) % 12), h: 1 + (n % 4) });
      for (const one of all) for (const other of all) if (one !== other) expect(overlaps(one, other), `${n}: ${spots(all).join("; ")}`).toBe(false);
    }
  });
  test("a box outside of the grid is pulled into it", () => {
    expect(within({ x: 11, y: -4, w: 40, h: 0 })).toEqual({ x: 0, y: 0, w: 12, h: 1 });
  });
  test("gaps are closed, and a new widget takes the first hole that is large enough", () => {
    const all = [at("a", 0, 2, 4, 2), at("b", 4, 9, 8, 2)];
    expect(spots(tidy(all))).toEqual(["a 0,0 4x2", "b 4,0 8x2"]);
    expect(freePlace([at("a", 0, 0, 4, 2), at("b", 8, 0, 4, 2)], 4, 3)).toEqual({ x: 4, y: 0, w: 4, h: 3 });
  });
});

describe("commands", () => {
  test("a first tab takes what lay on the board; the last one gives it back", () => {
    const two = apply(board(at("a", 0, 0, 2, 2)), { do: "add-tab", tab: { id: "n", title: "Night" } });
    expect(two.tabs?.map(({ title }) => title)).toEqual(["Board", "Night"]);
    expect(widgetsOn(two, two.tabs?.[0]?.id ?? null).map(({ id }) => id)).toEqual(["a"]);
    const one = apply(two, { do: "remove-tab", id: "n" });
    expect([one.tabs, one.widgets.map(({ id, tab }) => [id, tab])]).toEqual([undefined, [["a", undefined]]]);
  });
  test("a tab that moves to the front does not take the others' widgets", () => {
    const two = apply(board(at("a", 0, 0, 2, 2)), { do: "add-tab", tab: { id: "n", title: "Night" } });
    const turned = apply(two, { do: "move-tab", id: "n", by: -1 });
    expect(turned.tabs?.[0]?.id).toBe("n");
    expect(tabOf(turned, turned.widgets[0] ?? {})).toBe(two.tabs?.[0]?.id);
  });
  test("a widget that changes tabs finds a free place there", () => {
    const two: Board = { ...board(at("a", 0, 0, 12, 2, { tab: "x" }), at("b", 0, 0, 12, 2, { tab: "y" })), tabs: [{ id: "x", title: "X" }, { id: "y", title: "Y" }] };
    expect(spots(widgetsOn(apply(two, { do: "to-tab", id: "a", tab: "y" }), "y"))).toEqual(["a 0,2 12x2", "b 0,0 12x2"]);
  });
  test("what was done is said in words", () => {
    expect(wordsOf(board(at("a", 0, 0, 2, 2)), { do: "place", id: "a", to: { x: 2, y: 3, w: 4, h: 5 } })).toBe("a: column 3, row 4, 4 wide, 5 high");
  });
});

describe("undo", () => {
  test("typing in one field is one step, and the stored revision does not go back", () => {
    let history = begin(board(at("a", 0, 0, 2, 2)));
    for (const title of ["W", "Wa", "Wait"]) history = perform(history, { do: "set", id: "a", change: { title } });
    history = { ...history, board: { ...history.board, revision: 9 } };
    const back = undo(history);
    expect([back.board.widgets[0]?.title, back.board.revision, back.past.length]).toEqual(["a", 9, 0]);
    expect(redo(back).board.widgets[0]?.title).toBe("Wait");
  });
  test("something new ends what could have been done again; what changes nothing is no step", () => {
    const one = perform(begin(board(at("a", 0, 0, 2, 2))), { do: "remove", id: "a" });
    const other = perform(undo(one), { do: "rename", title: "X", description: "" });
    expect([other.future, undoWords(other)]).toEqual([[], "Renamed the board to X"]);
    expect(perform(other, { do: "rename", title: " ", description: "" })).toBe(other);
  });
});

describe("saving", () => {
  const saved: Saving = { phase: "saved", revision: 3 };
  test("what is changed while it is sent goes out after it", () => {
    const sending = next(next(saved, { it: "changed" }), { it: "sent" });
    expect(next(next(sending, { it: "changed" }), { it: "stored", revision: 4 })).toEqual({ phase: "changed", revision: 4 });
    expect(next(sending, { it: "stored", revision: 4 })).toEqual({ phase: "saved", revision: 4 });
  });
  test("after somebody else's change nothing goes out until a person has decided", () => {
    const conflict = next({ phase: "saving", revision: 3, isChangedSince: false }, { it: "overtaken" });
    expect(next(conflict, { it: "changed" }).phase).toBe("conflict");
    expect(next(conflict, { it: "sent" }).phase).toBe("conflict");
    expect(next(conflict, { it: "decided", revision: 7, keepsOurs: true })).toEqual({ phase: "changed", revision: 7 });
    expect(next(conflict, { it: "decided", revision: 7, keepsOurs: false })).toEqual({ phase: "saved", revision: 7 });
  });
});

describe("settings", () => {
  test("a share over several queues brings its parts, over the same time, unseen", () => {
    const widget = at("a", 0, 0, 3, 3);
    const known = new Set(LIBRARY.map(({ name }) => name));
    const change = withStatistics(widget, [withProfile("ServiceFactor", "Last15")], known);
    expect(change.query?.statistics).toEqual([
      { stat_type: "ServiceFactor", time_profile: "Last15" },
      ...["Answered_In_Threshold", "Calls_Answered", "Calls_Abandoned_Total", "Calls_Abandoned_Short"].map((stat_type) => ({ stat_type, time_profile: "Last15" })),
    ]);
    expect(chosenStats({ ...widget, ...change })).toEqual([{ stat_type: "ServiceFactor", time_profile: "Last15" }]);
    expect(withProfile(withProfile("ServiceFactor", "Last15"), "Default")).toBe("ServiceFactor");
  });
  test("a table that is no longer grouped forgets what its sub-totals needed", () => {
    const table = at("t", 0, 0, 12, 4, { kind: "grid", query: { object_type: "Queue", objects: "*", statistics: ["ServiceFactor"] } });
    const known = new Set(LIBRARY.map(({ name }) => name));
    const grouped = { ...table, ...withGrouping(table, true, known) };
    expect(grouped.query?.statistics.length).toBe(5);
    expect({ ...grouped, ...withGrouping(grouped, false, known) }.query?.statistics).toEqual(["ServiceFactor"]);
  });
  test("options say only what somebody chose", () => {
    expect(setOption({ options: { sort: ["a"], minutes: 5 } }, "sort", []).options).toEqual({ minutes: 5 });
    expect(withLimit({ options: { warn: 5, total: "sum" } }, "x", { warn: 1, breach: null, when: "above", back: null }).options).toEqual({ total: "sum", thresholds: { x: { warn: 1, breach: null, when: "above" } } });
  });
  test("another kind keeps the statistics that it can show", () => {
    const table = at("t", 0, 0, 12, 4, { kind: "grid", query: { object_type: "Queue", objects: "*", statistics: ["ServiceFactor", "Calls_Answered"] } });
    expect(asKind(LIBRARY, table, "line").query?.statistics).toEqual(["ServiceFactor", "Calls_Answered"]);
    expect(newWidget(LIBRARY, "text", "n")).not.toHaveProperty("query");
  });
});

describe("words", () => {
  test("two versions differ in sentences", () => {
    const before = board(at("a", 0, 0, 2, 2), at("b", 2, 0, 2, 2));
    const after: Board = { ...before, title: "Night", widgets: [at("a", 4, 0, 3, 2, { options: { warn: 4 }, query: { object_type: "Queue", objects: "*", statistics: ["Calls_Entered"] } }), at("c", 0, 0, 2, 2)] };
    expect(differences(before, after)).toEqual([
      "The board was called “Board”, then “Night”.",
      "“a” was moved.",
      "“a” went from 2 × 2 to 3 × 2.",
      "“a” gained Entered.",
      "“a” lost Waiting.",
      "“a”: limits changed.",
      "“c” was added (number).",
      "“b” was removed.",
    ]);
    expect(differences(before, before)).toEqual([]);
  });
  test("an id of a board fits into an address", () => {
    expect(boardId("Büro Süd, Tag!", "x7")).toBe("buro-sud-tag-x7");
    expect(boardId("…", "x7")).toBe("board-x7");
  });
});

describe("walls", () => {
  test("each tab is a page; what is empty takes no turn", () => {
    const two: Board = { ...board(at("a", 0, 0, 2, 2, { tab: "x" })), tabs: [{ id: "x", title: "X" }, { id: "y", title: "Y" }] };
    expect(wallPages([two, board()]).map(({ key, title }) => [key, title])).toEqual([["b/x", "Board, X"]]);
  });
  test("an address is read with its bounds", () => {
    expect([readSeconds("45"), readSeconds("1"), readSeconds("soon"), readSeconds(undefined)]).toEqual([45, 5, 30, 30]);
    expect(readBoards(" a, ,b")).toEqual(["a", "b"]);
  });
  test("the shift walks around and comes back", () => {
    expect(new Set(Array.from({ length: 8 }, (_, minute) => shiftAt(minute).join())).size).toBe(8);
    expect(shiftAt(8)).toEqual(shiftAt(0));
  });
  test("a wall follows a new version, and never reloads in a circle", () => {
    const health = { ours: "1", theirs: "1", silenceMs: 0, isAnswered: true, ageMs: 600_000 };
    expect(shouldReload(health)).toBe(false);
    expect(shouldReload({ ...health, theirs: "2" })).toBe(true);
    expect(shouldReload({ ...health, theirs: "2", ageMs: 2_000 })).toBe(false);
    expect(shouldReload({ ...health, silenceMs: 130_000 })).toBe(true);
    expect(shouldReload({ ...health, silenceMs: 130_000, isAnswered: false })).toBe(false);
    expect(shouldReload({ ...health, silenceMs: 130_000, ageMs: 100_000 })).toBe(false);
  });
});

describe("pages from elsewhere", () => {
  const allowed = ["https://status.example.org"];
  test.each([
    ["https://status.example.org/now", null],
    ["https://evil.example.org/", "Pages of evil.example.org are not allowed"],
    ["javascript:alert(1)", "This is no web page"],
    ["status", "This is no address"],
    ["https://pulse.example.org/boards", "Pulse does not show itself"],
    ["", "No address yet"],
  ])("%s", (url, title) => {
    expect(frameVerdict(url, allowed, "https://pulse.example.org")?.title ?? null).toBe(title);
  });
});

describe("walls of high boards", () => {
  test("take turns in parts, cut where no widget is cut", () => {
    const pages = wallPages([board(at("a", 0, 0, 12, 10), at("b", 0, 10, 6, 12), at("c", 6, 12, 6, 14), at("d", 0, 26, 12, 9))]);
    expect(pages.map(({ key, widgets }) => [key, widgets.map(({ id, y }) => [id, y])])).toEqual([
      ["b", [["a", 0]]],
      ["b/2", [["b", 0], ["c", 2]]],
      ["b/3", [["d", 0]]],
    ]);
  });
  test("are one page where they fit", () => {
    expect(wallPages([board(at("a", 0, 0, 12, 24))])).toHaveLength(1);
  });
});
