// States and marks are told without colour: by shape, by word, by hatching.
import { readFileSync } from "node:fs";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { KIND_WORDS, KINDS } from "../floor/states.ts";
import { Mark } from "../kit/marks.tsx";
import { StateShape } from "./state-shape.tsx";

const outline = (markup: string): string => markup.replace(/ (class|data-kind)="[^"]*"/g, "");

test("each state has a shape and a word of its own", () => {
  expect(new Set(KINDS.map((kind) => outline(renderToStaticMarkup(createElement(StateShape, { kind }))))).size).toBe(KINDS.length);
  expect(new Set(Object.values(KIND_WORDS)).size).toBe(KINDS.length);
});

test("a warning and a breach differ in outline, not in colour alone", () => {
  expect(outline(renderToStaticMarkup(createElement(Mark, { level: "warn" })))).not.toBe(outline(renderToStaticMarkup(createElement(Mark, { level: "breach" }))));
});

test("in bars, neighbours of like colour are hatched differently", () => {
  const base = readFileSync(new URL("../styles/base.css", import.meta.url), "utf8");
  const hatches = [...base.matchAll(/\[data-hatch="([\w-]+)"\] \{([^}]*)\}/g)].map(([, kind = "", look = ""]) => [kind, look] as const);
  expect(hatches.map(([kind]) => kind)).toEqual(["hold", "ringing", "wrap", "not-ready"]);
  expect(new Set(hatches.map(([, look]) => look)).size).toBe(hatches.length);
});
