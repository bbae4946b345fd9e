// Codes of screens, and how walls stand.
import { describe, expect, test } from "vitest";
import type { Screen, Share, Standing } from "../api/shares.ts";
import { isOpen } from "../api/early.ts";
import { grouped, isOver, isWholeCode, leftMs, typedCode } from "./pairing.ts";
import { screenWords, standingNote, standingWords, worstFirst } from "./walls.ts";

const screen = (age_s: number, state: Standing = "live"): Screen => ({ heard_at: 5e6, age_s, state, build: "4f2a81c09d", width: 1920, height: 1080 });
const wall = (title: string, state: Standing, screens: readonly Screen[] = []): Share => ({ id: title, revision: 1, title, boards: [], names_hidden: false, every: 30, created_by: "ann", created_at: 0, expires_at: 0, ends_soon: false, by_code: true, state, remembered_since: 7e6, screens });
const moment = (micros: number) => `${micros / 1e6}`;

describe("codes of screens", () => {
  test("are read in two groups, and typed however one likes", () => {
    expect(grouped("123456")).toBe("123 456");
    expect(["123 456", "12-34 56x", "1234567"].map(typedCode)).toEqual(["123456", "123456", "123456"]);
    expect([grouped(typedCode("12")), grouped(typedCode("1234"))]).toEqual(["12", "123 4"]);
    expect([isWholeCode("12345"), isWholeCode("123456")]).toEqual([false, true]);
  });
  test("are asked after for a moment longer than they live", () => {
    const shown = { code: "123456", livesMs: 300_000, shownAt: 1000 };
    expect([leftMs(shown, 1000), leftMs(shown, 400_000)]).toEqual([300_000, 0]);
    expect([isOver(shown, 301_000), isOver(shown, 306_000)]).toEqual([false, true]);
  });
});

describe("walls", () => {
  test("that need somebody come first, the others as they were told", () => {
    const walls = [wall("a", "live"), wall("b", "silent"), wall("c", "live"), wall("d", "still")];
    expect(worstFirst(walls).map(({ title }) => title)).toEqual(["b", "d", "a", "c"]);
  });
  test("stand in words", () => {
    expect(standingWords(wall("a", "silent", [screen(400, "silent")]), moment)).toBe("Silent since 5");
    expect(standingWords(wall("a", "unknown"), moment)).toBe("Not heard since 7");
    expect(standingNote(wall("a", "live", [screen(12)]))).toBe("heard 12\u202fs ago");
    expect(standingNote(wall("a", "never"))).toBe("no screen has come yet");
  });
  test("of several screens tell how many are silent", () => {
    expect(screenWords([screen(1)])).toEqual(["1920 × 1080", "build 4f2a81c0"]);
    expect(screenWords([screen(1), screen(500, "silent")])[0]).toBe("2 screens, 1 silent");
    expect(screenWords([])).toEqual([]);
  });
});

test("screens on walls ask for no session, and nobody else's page is taken for theirs", () => {
  expect(["/shared", "/pair", "/wall/pair", "/wall/pair/"].map(isOpen)).toEqual([true, true, true, true]);
  expect(["/", "/walls", "/wall", "/pairs", "/shared/x", "/boards/pair"].map(isOpen)).toEqual([false, false, false, false, false, false]);
});
