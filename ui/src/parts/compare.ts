// Rows by one column, and rows by what was typed.
import { byText } from "../kit/collate.ts";
import { KINDS, floorState } from "../floor/states.ts";
import type { Sort } from "../kit/grid/types.ts";
import type { Column, Row } from "../live/frame.ts";
import { columnId, GROUPS, IN_STATE } from "./grid-columns.ts";

type Sortable = number | string | null;

/** Compares rows by a column; equals by name (unless another column decides, `isLast` false), so that they stand still; missing values last in both directions. */
export function compareRows(columns: readonly Column[], { column, direction }: Sort, isLast = true): (a: Row, b: Row) => number {
  const read = readerFor(columns, column);
  const sign = direction === "ascending" ? 1 : -1;
  if (!isLast) return (a, b) => compareBy(read(a), read(b), sign);
  return (a, b) => compareBy(read(a), read(b), sign) || byText(a.name, b.name);
}

function compareBy(a: Sortable, b: Sortable, sign: number): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  if (typeof a === "number" && typeof b === "number") return sign * (a - b);
  return sign * byText(String(a), String(b));
}

function readerFor(columns: readonly Column[], id: string): (row: Row) => Sortable {
  if (id === "name") return (row) => row.name;
  if (id === GROUPS) return (row) => row.groups[0] ?? null;
  const ix = id === IN_STATE ? columns.findIndex((column) => column.unit === "status") : columns.findIndex((column) => columnId(columns, column) === id);
  return (row) => {
    const cell = row.cells[ix];
    if (cell === undefined || cell.v === null) return null;
    if (typeof cell.v === "number") return cell.v;
    // The longest in a state is the one that began first.
    if (id === IN_STATE) return cell.v.since === null ? null : -cell.v.since;
    return KINDS.indexOf(floorState(cell.v).kind);
  };
}

const plain = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** Every typed word occurs in the row's name, number or groups. */
export function matches(row: Row, query: string): boolean {
  const wanted = plain(query).split(" ").filter(Boolean);
  if (wanted.length === 0) return true;
  const text = plain([row.name, row.object, ...row.groups].join(" "));
  return wanted.every((word) => text.includes(word));
}
