// The weight of the pages is judged by its sums.
import { expect, test } from "vitest";
import { BUDGET, overBudget } from "../budget.ts";

const part = (name: string, bytes: number, isFirst: boolean) => ({ name, bytes, isFirst });

test("what is lazy does not weigh on the first page", () => {
  expect(overBudget([part("app.js", BUDGET.first - 1, true), part("line.js", 40_000, false)])).toEqual([]);
});
test("a first page that is too heavy is named with its figures", () => {
  expect(overBudget([part("app.js", BUDGET.first, true), part("base.js", 1, true)])).toEqual([`scripts of the first page: ${BUDGET.first + 1} bytes compressed, ${BUDGET.first} are allowed`]);
});
test("styles and the whole have their own", () => {
  expect(overBudget([part("a.css", BUDGET.styles + 1, true), part("b.js", BUDGET.whole + 1, false)])).toHaveLength(2);
});
