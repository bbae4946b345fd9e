// Which queues, in which order.
import { compareQueues, judgeQueue, type Verdict } from "../../floor/attention.ts";
import { DEFAULTS } from "../../floor/thresholds.ts";
import { readerOf } from "../../floor/totals.ts";
import type { Sort } from "../../kit/grid/types.ts";
import type { Figures } from "../../live/figures.ts";
import type { Row, RowKey } from "../../live/frame.ts";
import { compareRows, matches } from "../../parts/compare.ts";

export interface Judged {
  readonly row: Row;
  readonly verdict: Verdict;
  readonly longest: number;
  readonly name: string;
}

export function judgeAll(figures: Figures): Judged[] {
  const read = readerOf(figures.shape.columns);
  return [...figures.rows.values()].map((row) => ({
    row,
    verdict: judgeQueue(row, figures.shape.columns, DEFAULTS, figures.at),
    longest: read(row, "CurrMaxCallWaitingTime") ?? 0,
    name: row.name,
  }));
}

/** The rows that match, as they should stand. */
export function orderQueues(figures: Figures, query: string, sort: Sort | null): readonly RowKey[] {
  const judged = judgeAll(figures).filter(({ row }) => matches(row, query));
  if (sort === null) return judged.sort(compareQueues).map(({ row }) => row.row);
  const compare = compareRows(figures.shape.columns, sort);
  return judged.sort((a, b) => compare(a.row, b.row)).map(({ row }) => row.row);
}

export interface Summary {
  readonly count: number;
  readonly breach: number;
  readonly warn: number;
  readonly objects: ReadonlyMap<string | number, string>;
}

export function summary(figures: Figures): Summary {
  const levels = judgeAll(figures).map(({ verdict }) => verdict.level);
  return {
    count: levels.length,
    breach: levels.filter((level) => level === "breach").length,
    warn: levels.filter((level) => level === "warn").length,
    objects: new Map([...figures.rows.values()].map((row) => [row.row, row.object])),
  };
}
