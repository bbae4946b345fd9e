// Editing a template, step by step.
import { describe, expect, test } from "vitest";
import type { Statistic, Template } from "../api/types.ts";
import { limitedOf, ruleOf } from "./limit-trial.ts";
import { bodyOf, draftOf, dropped, faultOf, newFormula, possibleTypes, templateDifferences, templateName, withPart, withType } from "./template-edit.ts";

const stat = (name: string, ...object_types: string[]): Statistic => ({ name, title: name, words: "", unit: "count", category: "TotalNumber", object_types });
const library = [stat("Entered", "Queue", "GroupQueues"), stat("Waiting", "Queue"), stat("Handled", "Agent")];
const template: Template = {
  name: "ours", title: "Ours", description: "What we look at.", object_types: ["Queue"], pending: [], columns: [{ statistic: "Entered", format: "integer" }],
  widget: { kind: "grid", title: "Ours", w: 12, h: 8, query: { object_type: "Queue", objects: "*", statistics: ["Entered", "Waiting"] }, options: {} },
  revision: 3, changed_by: "mara", changed_at: 0, shipped: false, edited: false,
};
const { revision: _, changed_by: __, changed_at: ___, shipped: ____, edited: _____, ...body } = template;

describe("a draft", () => {
  test("is sent as what was read, for all objects", () => {
    expect(bodyOf("ours", draftOf(template))).toEqual(body);
    const of = { ...template, widget: { ...template.widget, query: { object_type: "Queue", objects: ["8010"], statistics: ["Entered"] } } };
    expect(bodyOf("ours", draftOf(of)).widget.query?.objects).toBe("*");
  });
  test("gives its name to the widgets that it makes", () => {
    expect(bodyOf("ours", { ...draftOf(template), title: " Morning " }).widget.title).toBe("Morning");
  });
  test("fits the types that have all its statistics", () => {
    const draft = draftOf(template);
    expect(possibleTypes(draft, library)).toEqual(["Queue"]);
    expect(possibleTypes({ ...draft, widget: { ...draft.widget, query: { object_type: "Queue", objects: "*", statistics: ["Entered", { formula: "Entered * 2", name: "twice" }] } } }, library)).toEqual(["GroupQueues", "Queue"]);
  });
  test("of another type keeps what that has, and is never empty", () => {
    const groups = withType({ ...draftOf(template), otherTypes: ["GroupQueues"] }, "GroupQueues", library);
    expect([groups.widget.query?.object_type, groups.widget.query?.statistics, groups.otherTypes]).toEqual(["GroupQueues", ["Entered"], []]);
    expect(withType(draftOf(template), "Agent", library).widget.query?.statistics).toEqual(["Handled"]);
    expect(withType(draftOf(template), "Campaign", library)).toEqual(draftOf(template));
  });
  test("says what keeps it from being stored, its name first", () => {
    const checked = { columns: [{ name: "f", title: "f", unit: "number", words: "", fault: "'Nope' at 3" }], problem: "wrong" };
    expect(faultOf({ ...draftOf(template), title: " " }, checked)).toBe("It needs a name.");
    expect(faultOf(draftOf(template), checked)).toBe("'Nope' at 3");
    expect(faultOf(draftOf(template), { columns: [], problem: "wrong" })).toBe("wrong");
    expect(faultOf(draftOf(template), { columns: [], problem: null })).toBeNull();
  });
});

describe("a column", () => {
  test("says in full only what somebody chose", () => {
    const filtered = withPart("Entered", "filter", "A");
    expect(filtered).toEqual({ stat_type: "Entered", filter: "A" });
    expect(withPart(filtered, "filter", "")).toBe("Entered");
    expect(withPart(withPart(filtered, "title", "T"), "filter", "")).toEqual({ stat_type: "Entered", title: "T" });
  });
  test("that is a formula keeps its formula, also while it is empty", () => {
    const twice = newFormula(["Entered", { formula: "1", name: "formula_1" }], "F");
    expect(twice).toEqual({ formula: "Entered", name: "formula_2", title: "F" });
    expect(withPart(twice, "formula", "")).toEqual({ formula: "", name: "formula_2", title: "F" });
    expect(withPart(twice, "title", "")).toEqual({ formula: "Entered", name: "formula_2" });
  });
  test("is dropped before or after others", () => {
    expect(dropped(["a", "b", "c"], 0, 2)).toEqual(["b", "c", "a"]);
    expect(dropped(["a", "b", "c"], 2, 0)).toEqual(["c", "a", "b"]);
    expect(dropped(["a"], 5, 0)).toEqual(["a"]);
  });
});

test("two templates differ in what one sees of them", () => {
  expect(templateDifferences(body, body)).toEqual([]);
  const other = bodyOf("ours", { ...withType(draftOf(template), "GroupQueues", library), title: "Theirs", description: "x" });
  expect(templateDifferences(body, other)).toEqual([
    "The template was called “Ours”, then “Theirs”.",
    "Its description changed.",
    "It is for Groups of queues instead of Queues.",
    "“Theirs” shows GroupQueues instead of Queue.",
    "“Theirs” lost Waiting.",
  ]);
});

test("a name is part of addresses and names of files", () => {
  expect(templateName("Büro Süd, Tag!", "x7f3")).toBe("Buro_Sud_Tag_x7f3");
  expect(templateName("!", "x7f3")).toBe("template_x7f3");
});

describe("the limits of a column as rules", () => {
  const widget = { query: { object_type: "Queue", objects: "*" as const, statistics: [{ stat_type: "Waiting", time_profile: "Last15", filter: "A" }, { formula: "1", name: "one" }] }, options: { thresholds: { Waiting: { warn: 5, breach: null, when: "below", back: 2 }, one: { warn: 1, breach: 2, when: "above" } } } };
  const waiting = limitedOf(widget, "Waiting");
  test("ring on the side of the limit, and are well again where the mark goes", () => {
    const rule = waiting === null ? null : ruleOf("Queue", waiting, "warn");
    expect([rule?.condition, rule?.statistic]).toEqual([{ is: "below", raise: 5, clear: 7 }, { stat_type: "Waiting", time_profile: "Last15", filter: "A" }]);
  });
  test("are none where there is no limit, no column, or a formula", () => {
    const one = limitedOf(widget, "one");
    expect([waiting === null ? "no" : ruleOf("Queue", waiting, "breach"), one === null ? "no" : ruleOf("Queue", one, "warn"), limitedOf(widget, "Gone")]).toEqual([null, null, null]);
  });
});
