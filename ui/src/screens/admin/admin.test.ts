// What administrators' pages compute: differences, lists of people, times that are asked for.
import { describe, expect, test } from "vitest";
import type { Account, Person } from "../../api/admin.ts";
import { pagesFor } from "../../shell/pages.ts";
import { entryWords } from "./audit-words.ts";
import { jsonDifferences } from "./json-difference.ts";
import { timeOf } from "./audit-time.ts";
import { allUsers, foundUsers } from "./user-list.ts";

describe("differences of documents", () => {
  test("only what differs, by its place", () => {
    const before = { title: "A", for_s: 10, objects: ["1", "2"], webhook: null };
    expect(jsonDifferences(before, { ...before, for_s: 30, objects: ["1"] })).toEqual([
      { place: "for_s", before: "10", after: "30" },
      { place: "objects", before: "1, 2", after: "1" },
    ]);
    expect(jsonDifferences(before, before)).toEqual([]);
  });
  test("things in lists go by their names, not by their places", () => {
    const one = { id: "a", w: 1 };
    const other = { id: "b", w: 2 };
    expect(jsonDifferences({ list: [one, other] }, { list: [other, one] })).toEqual([]);
    expect(jsonDifferences({ list: [one] }, { list: [{ ...one, w: 3 }] })).toEqual([{ place: "list / a / w", before: "1", after: "3" }]);
  });
  test("what was made or removed has one side", () => {
    expect(jsonDifferences(null, { title: "A" })).toEqual([{ place: "title", before: null, after: "A" }]);
    expect(jsonDifferences({ title: "A" }, null)).toEqual([{ place: "title", before: "A", after: null }]);
  });
});

const account = (user: string, change: Partial<Account> = {}): Account => ({ user, name: user, roles: ["viewer"], groups: [], access: null, disabled: false, revision: 1, sessions: 0, seen_at: null, ...change });
const person: Person = { user: "ann", name: "Ann", roles: [], signed_in_at: 5, sessions: 0, seen_at: null };

describe("people", () => {
  test("namesakes of both ways stand side by side; who has no role is out", () => {
    const all = allUsers([account("ann", { name: "Ann" })], [person]);
    expect(all.map(({ way, isOff, seen_at }) => [way, isOff, seen_at])).toEqual([["account", false, null], ["service", true, 5]]);
  });
  test("are found by name, role in words, and group", () => {
    const all = allUsers([account("ann", { roles: ["admin"] }), account("bo", { groups: ["Sales"] })], []);
    expect(foundUsers(all, "administrator").map(({ user }) => user)).toEqual(["ann"]);
    expect(foundUsers(all, "sales b").map(({ user }) => user)).toEqual(["bo"]);
    expect(foundUsers(all, "ann bo")).toEqual([]);
  });
});

describe("the trail", () => {
  const entry = { number: 1, at: 0, by: "ann", kind: "board", id: "b", title: "Service", did: "changed", detail: "" } as const;
  test("is told in words", () => {
    expect(entryWords(entry)).toBe("changed the board “Service”");
    expect(entryWords({ ...entry, did: "removed", title: null })).toBe("removed the board “b”");
    expect(entryWords({ ...entry, kind: "signed_out", did: "done", id: "bo" })).toBe("signed bo out everywhere");
  });
  test("is asked for by days of the viewer's zone", () => {
    const now = Date.UTC(2026, 10, 29, 12);
    const hour = 3600e6;
    const midnight = Date.UTC(2026, 10, 28, 23) * 1000;
    expect(timeOf("today", now, "Europe/Berlin")).toEqual({ from: midnight, to: null });
    expect(timeOf("yesterday", now, "Europe/Berlin")).toEqual({ from: midnight - 24 * hour, to: midnight });
    expect(timeOf("7", now, "Europe/Berlin")).toEqual({ from: midnight - 6 * 24 * hour, to: null });
    expect(timeOf("2026-11-03", now, "Europe/Berlin")).toEqual({ from: Date.UTC(2026, 10, 2, 23) * 1000, to: Date.UTC(2026, 10, 3, 23) * 1000 });
    expect(timeOf("2026-11-03..2026-11-04", now, "Europe/Berlin")).toEqual({ from: Date.UTC(2026, 10, 2, 23) * 1000, to: Date.UTC(2026, 10, 4, 23) * 1000 });
    expect(timeOf("rubbish", now, "Europe/Berlin")).toEqual({ from: null, to: null });
  });
});

describe("the pages that one is led to", () => {
  const to = (...held: Parameters<typeof pagesFor>[0]) => pagesFor(held).map((page) => page.to);
  test("go by privileges, whatever the role is called", () => {
    expect(to()).toEqual(["/", "/queues", "/agents"]);
    expect(to("view_dashboard_restricted")).toContain("/boards");
    expect(to("view_dashboard", "manage_templates")).toEqual(["/", "/queues", "/agents", "/boards", "/templates"]);
    expect(to("read_all_layouts", "manage_users")).toEqual(["/", "/queues", "/agents", "/boards", "/admin"]);
  });
});
