// The floor's totals from the rows of its queues: sums, maxima, and shares computed from their parts, never averages of averages.
import type { Column, Row } from "../live/frame.ts";

export interface Total {
  readonly value: number | null;
  /** Some rows had no value, or a doubtful one. */
  readonly isPartial: boolean;
}

export type Reader = (row: Row, statistic: string) => number | null;

/** Reads a number of a row by the name of its statistic. */
export function readerOf(columns: readonly Column[]): Reader {
  const places = new Map(columns.map((column, ix) => [column.statType, ix]));
  return (row, statistic) => {
    const ix = places.get(statistic);
    const cell = ix === undefined ? undefined : row.cells[ix];
    return typeof cell?.v === "number" ? cell.v : null;
  };
}

function fold(rows: readonly Row[], read: (row: Row) => number | null, add: (a: number, b: number) => number): Total {
  let value: number | null = null;
  let missing = 0;
  for (const row of rows) {
    const one = read(row);
    if (one === null) missing += 1;
    else value = value === null ? one : add(value, one);
  }
  return { value, isPartial: missing > 0 && value !== null };
}

export const sum = (rows: readonly Row[], read: (row: Row) => number | null): Total => fold(rows, read, (a, b) => a + b);
export const max = (rows: readonly Row[], read: (row: Row) => number | null): Total => fold(rows, read, Math.max);

/** 100 * part / whole; no value where the whole is nothing. */
export function share(part: Total, whole: Total): Total {
  const isPartial = part.isPartial || whole.isPartial;
  if (part.value === null || whole.value === null || whole.value <= 0) return { value: null, isPartial };
  return { value: (100 * part.value) / whole.value, isPartial };
}

export interface FloorTotals {
  readonly waiting: Total;
  readonly longest: Total;
  readonly serviceLevel: Total;
  readonly abandoned: Total;
  readonly averageWait: Total;
  readonly entered: Total;
  readonly answered: Total;
}

export function floorTotals(rows: readonly Row[], read: Reader): FloorTotals {
  const of = (name: string) => (row: Row) => read(row, name);
  const lost = (row: Row) => read(row, "Calls_Abandoned_Total") ?? read(row, "Calls_Abandoned");
  const answered = sum(rows, of("Calls_Answered"));
  const entered = sum(rows, of("Calls_Entered"));
  // Calls that count for the service level: answered, and abandoned unless at once.
  const counted = sum(rows, (row) => {
    const [a, b] = [read(row, "Calls_Answered"), lost(row)];
    return a === null || b === null ? null : a + b - (read(row, "Calls_Abandoned_Short") ?? 0);
  });
  const waited = sum(rows, (row) => {
    const [mean, n] = [read(row, "Average_Wait_Time"), read(row, "Calls_Answered")];
    return mean === null || n === null ? null : mean * n;
  });
  const meanWait = share(waited, answered);
  return {
    waiting: sum(rows, of("Current_In_Queue")),
    longest: max(rows, of("CurrMaxCallWaitingTime")),
    serviceLevel: share(sum(rows, of("Answered_In_Threshold")), counted),
    abandoned: share(sum(rows, lost), entered),
    averageWait: { ...meanWait, value: meanWait.value === null ? null : meanWait.value / 100 },
    entered,
    answered,
  };
}
