// The way back from an object.
import { expect, test } from "vitest";
import { fromBoard, readFrom } from "./trail.ts";

test("who came from a widget goes back to it, to its board, to the boards", () => {
  expect(readFrom(fromBoard("service", "sl"), "queues")).toEqual([{ to: "boards" }, { to: "board", board: "service" }, { to: "widget", board: "service", widget: "sl" }]);
});
test("who came from nowhere goes to the list", () => {
  expect(readFrom(undefined, "agents")).toEqual([{ to: "agents" }]);
  expect(readFrom("moon/base", "queues")).toEqual([{ to: "queues" }]);
  expect(readFrom("overview", "queues")).toEqual([{ to: "overview" }]);
});
