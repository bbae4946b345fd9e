// Of which columns of its table a formula is made.
import type { Cell, Column, Demand } from "../live/frame.ts";

export interface Part {
  readonly column: Column;
  readonly shown: number | null;
}

/** The columns that the formula at `ix` names, in the order of the table, with their values. None of other columns. */
export function partsOf(of: string, ix: number, columns: readonly Column[], cells: readonly Cell[]): readonly Part[] {
  const text = formulaOf(of, ix);
  if (text === null) return [];
  const names = new Set(text.match(/[\p{L}_][\p{L}\p{N}_]*/gu) ?? []);
  return columns.flatMap((column, at) => {
    const value = cells[at]?.v;
    return at !== ix && names.has(column.statType) ? [{ column, shown: typeof value === "number" ? value : null }] : [];
  });
}

/** The text of the formula in that place of a demand. */
function formulaOf(of: string, ix: number): string | null {
  const demand = JSON.parse(of) as Demand;
  if (!("query" in demand)) return null;
  const stat = demand.query.statistics[ix];
  return typeof stat === "object" && "formula" in stat ? stat.formula : null;
}
