// One figure for several rows, computed right: sums of what adds up, extremes of extremes, shares and means from their parts. What can't be
// computed from what is there has no figure; an average of averages is never shown.
import { t } from "@lingui/core/macro";
import type { Column, Row } from "../live/frame.ts";
import { isNoNumber } from "./present.ts";
import { readerOf, share, sum, type Total } from "./totals.ts";

type Recipe =
  | { readonly by: "max" }
  | { readonly by: "min" }
  | { readonly by: "none" }
  /** 100 * part / whole. */
  | { readonly by: "share"; readonly part: string; readonly whole: readonly string[]; readonly less?: string }
  /** A mean, weighted with how many it is the mean of. */
  | { readonly by: "mean"; readonly weight: string };

/** Statistics that do not simply add up. */
const RECIPES: Readonly<Record<string, Recipe>> = {
  CurrMaxCallWaitingTime: { by: "max" },
  Max_Wait_Time: { by: "max" },
  Max_In_Queue: { by: "max" },
  ExpectedWaitTime: { by: "none" },
  Queue_Agents_Ready: { by: "none" },
  Queue_Agents_Logged: { by: "none" },
  CurrAverageCallWaitingTime: { by: "mean", weight: "Current_In_Queue" },
  ServiceFactor: { by: "share", part: "Answered_In_Threshold", whole: ["Calls_Answered", "Calls_Abandoned_Total"], less: "Calls_Abandoned_Short" },
  Service_Level_Simple: { by: "share", part: "Answered_In_Threshold", whole: ["Calls_Entered"] },
  Answered_Percentage: { by: "share", part: "Calls_Answered", whole: ["Calls_Entered"] },
  Abandoned_Percentage: { by: "share", part: "Calls_Abandoned_Total", whole: ["Calls_Entered"] },
  Average_Wait_Time: { by: "mean", weight: "Calls_Answered" },
  ASA: { by: "mean", weight: "Calls_Answered" },
  Average_Handle_Time: { by: "mean", weight: "Calls_Handled" },
  Average_Talk_Time: { by: "mean", weight: "Calls_Handled" },
  Occupancy: { by: "mean", weight: "Total_Login_Time" },
  Utilization: { by: "mean", weight: "Total_Login_Time" },
};

export interface Subtotal extends Total {
  readonly by?: "extreme";
  /** How it came about, or why it is not there. */
  readonly words: string;
}

/** Statistics whose values sub-totals of these need beside them. */
export function supportOf(statistics: readonly string[], known: ReadonlySet<string>): readonly string[] {
  const needed = statistics.flatMap((name) => {
    const recipe = RECIPES[name];
    if (recipe?.by === "mean") return [recipe.weight];
    return recipe?.by === "share" ? [recipe.part, ...recipe.whole, ...(recipe.less === undefined ? [] : [recipe.less])] : [];
  });
  return [...new Set(needed)].filter((name) => known.has(name) && !statistics.includes(name));
}

export function subtotal(rows: readonly Row[], columns: readonly Column[], column: Column): Subtotal {
  const ix = columns.indexOf(column);
  const own = (row: Row): number | null => {
    const cell = row.cells[ix];
    return typeof cell?.v === "number" && !isNoNumber(cell.flags, column) ? cell.v : null;
  };
  const recipe = RECIPES[column.statType];
  if (recipe === undefined) {
    const isFormula = column.key.startsWith("formula|");
    const addsUp = !isFormula && (column.unit === "count" || (column.unit === "seconds" && column.statType.startsWith("Total_")));
    return addsUp ? { ...sum(rows, own), words: t`sum` } : NOT_ADDABLE;
  }
  if (recipe.by === "none") return NOT_ADDABLE;
  if (recipe.by === "max" || recipe.by === "min") return { ...extreme(rows.map(own), recipe.by), by: "extreme", words: recipe.by === "max" ? t`highest` : t`lowest` };
  const has = (name: string) => columns.some(({ statType, key }) => statType === name && profileOf(key) === profileOf(column.key));
  const read = readerOf(columns.filter(({ key }) => profileOf(key) === profileOf(column.key)));
  const at = columns.flatMap((each, place) => (profileOf(each.key) === profileOf(column.key) ? [place] : []));
  const within = rows.map((row) => ({ ...row, cells: at.flatMap((place) => row.cells[place] ?? []) }));
  if (recipe.by === "share") {
    const parts = [recipe.part, ...recipe.whole, ...(recipe.less === undefined ? [] : [recipe.less])];
    if (!parts.every(has)) return NO_PARTS;
    const whole = sum(within, (row) => addUp(recipe.whole.map((name) => read(row, name)), recipe.less === undefined ? 0 : read(row, recipe.less)));
    return { ...share(sum(within, (row) => read(row, recipe.part)), whole), words: t`from its parts` };
  }
  if (!has(recipe.weight)) return NO_PARTS;
  return weighted(rows.map(own), within.map((row) => read(row, recipe.weight)));
}

const NOT_ADDABLE: Subtotal = { value: null, isPartial: false, words: t`does not add up over several objects` };
const NO_PARTS: Subtotal = { value: null, isPartial: false, words: t`its parts are not in this table` };

function addUp(parts: readonly (number | null)[], less: number | null): number | null {
  return parts.includes(null) || less === null ? null : (parts as readonly number[]).reduce((a, b) => a + b, 0) - less;
}

function extreme(values: readonly (number | null)[], by: "max" | "min"): Total {
  const known = values.filter((value): value is number => value !== null);
  if (known.length === 0) return { value: null, isPartial: false };
  return { value: by === "max" ? Math.max(...known) : Math.min(...known), isPartial: known.length < values.length };
}

/** A row without a mean counts for nothing when it has no weight either; else the whole is partial. */
function weighted(means: readonly (number | null)[], weights: readonly (number | null)[]): Subtotal {
  let [all, weight, isPartial] = [0, 0, false];
  means.forEach((mean, ix) => {
    const own = weights[ix] ?? null;
    if (mean === null || own === null) {
      isPartial = isPartial || own !== 0;
      return;
    }
    all += mean * own;
    weight += own;
  });
  return { value: weight > 0 ? all / weight : null, isPartial: isPartial && weight > 0, words: t`weighted mean` };
}

/** The part of a column's key that says which time it covers. */
const profileOf = (key: string): string => key.split("|")[2] ?? "";
