// The columns of a live grid from the columns of its figures.
import { t } from "@lingui/core/macro";
import { intervalWord } from "../floor/interval.ts";
import { leastWidth, shortTitle, widthOf } from "../floor/statistics.ts";
import type { GridColumn, Sort } from "../kit/grid/types.ts";
import type { Column } from "../live/frame.ts";

export interface Columns {
  readonly shown: readonly GridColumn[];
  /** Where each shown column stands in a row's cells, and what it is. */
  readonly places: ReadonlyMap<string, { readonly ix: number; readonly column: Column }>;
}

interface Wishes {
  readonly nameTitle: string;
  readonly hidden?: ReadonlySet<string>;
  /** Statistics that are kept when space is short, first to last. */
  readonly first?: readonly string[];
  readonly isBanded?: boolean;
  /** What the day is called. */
  readonly today?: string;
  /** And what this moment is. */
  readonly now?: string;
  /** Statistics whose cells carry a small line. */
  readonly sparks?: ReadonlySet<string>;
  /** Beside each figure stands how it differs from another time. */
  readonly isCompared?: boolean;
}

/** Time in state: not a statistic, it follows from the state's beginning. */
export const IN_STATE = "in-state";
export const GROUPS = "groups";

export function gridColumns(columns: readonly Column[], { nameTitle, hidden, first = [], isBanded = true, sparks, isCompared = false, today, now }: Wishes): Columns {
  const places = new Map(columns.map((column, ix) => [columnId(columns, column), { ix, column }]));
  const shown: GridColumn[] = [{ id: "name", title: nameTitle, width: 7.5, priority: 0, align: "start", grow: 1.8, canSort: true }];
  columns.forEach((column, ix) => {
    if (hidden?.has(column.statType) === true) return;
    const wish = first.indexOf(column.statType);
    const priority = wish >= 0 ? 1 + wish : 20 + ix;
    const made = gridColumn(columnId(columns, column), column, priority, isBanded ? (intervalWord(column, today, now) ?? undefined) : undefined);
    const more = (sparks?.has(column.statType) === true ? SPARK_REM : 0) + (isCompared && column.unit !== "status" ? DIFFERENCE_REM : 0);
    shown.push({ ...made, width: made.width + more, ...(isCompared && made.least !== undefined ? { least: made.least + DIFFERENCE_REM } : {}) });
    if (column.unit === "status") shown.push(inState(priority));
  });
  return { shown, places };
}

/** A column is called by its statistic; by its full definition where two columns share one. */
export function columnId(columns: readonly Column[], column: Column): string {
  return columns.filter(({ statType }) => statType === column.statType).length === 1 ? column.statType : column.key;
}

/** Room for a small line, rem. */
const SPARK_REM = 4.5;
/** Room for a difference, rem. */
const DIFFERENCE_REM = 3.5;

function gridColumn(id: string, column: Column, priority: number, band: string | undefined): GridColumn {
  return {
    id,
    title: shortTitle(column.statType, column.title),
    width: widthOf(column.statType, column.title, column.unit),
    least: leastWidth(column.unit),
    priority,
    align: column.unit === "status" ? "start" : "end",
    canSort: true,
    ...(column.unit === "status" ? { grow: 1.6 } : {}),
    ...(column.words === "" ? {} : { words: column.words }),
    ...(column.unit !== "status" && band !== undefined ? { band } : {}),
  };
}

function inState(priority: number): GridColumn {
  return { id: IN_STATE, title: t({ message: "For", context: "how long a state has lasted" }), width: 5, priority: priority + 0.5, align: "end", canSort: true, words: t`How long the state has lasted.` };
}

/** "Calls_Entered" / "-Calls_Entered" in an address. */
export function readSort(text: string | undefined): Sort | null {
  if (text === undefined) return null;
  return text.startsWith("-") ? { column: text.slice(1), direction: "descending" } : { column: text, direction: "ascending" };
}

/** A click on a title: the natural direction first, then the other, then back to worst first. */
export function nextSort(now: Sort | null, column: string, isText: boolean): string | undefined {
  const natural = isText ? "ascending" : "descending";
  const text = (direction: Sort["direction"]) => (direction === "descending" ? `-${column}` : column);
  if (now?.column !== column) return text(natural);
  return now.direction === natural ? text(natural === "ascending" ? "descending" : "ascending") : undefined;
}
