// Which agents, in which order, and how many are in each state.
import { byText } from "../../kit/collate.ts";
import { t } from "@lingui/core/macro";
import { judgeAgent } from "../../floor/attention.ts";
import { KINDS, floorState, type StateKind } from "../../floor/states.ts";
import { rank } from "../../floor/thresholds.ts";
import type { Sort } from "../../kit/grid/types.ts";
import type { Figures } from "../../live/figures.ts";
import type { Column, Row, RowKey, StatusValue } from "../../live/frame.ts";
import { compareRows, matches } from "../../parts/compare.ts";

export interface Filter {
  readonly query: string;
  readonly group: string;
  readonly states: readonly StateKind[];
}

export interface Selected {
  readonly wanted: readonly RowKey[];
  readonly counts: Readonly<Record<StateKind, number>>;
  readonly total: number;
  readonly groups: readonly string[];
  readonly objects: ReadonlyMap<string | number, string>;
  /** Rows by group, by name: the seats of the floor map. */
  readonly seats: readonly { readonly group: string; readonly rows: readonly RowKey[] }[];
}

export const ALL_GROUPS = "all";
export const NO_GROUP = t`No group`;

export function statusOf(row: Row, columns: readonly Column[]): StatusValue | null {
  const ix = columns.findIndex((column) => column.unit === "status");
  const v = row.cells[ix]?.v;
  return typeof v === "object" ? v : null;
}

export function selectAgents(figures: Figures, filter: Filter, sort: Sort | null): Selected {
  const { columns } = figures.shape;
  const all = [...figures.rows.values()];
  const counts = Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Record<StateKind, number>;
  const kept: { readonly row: Row; readonly level: number }[] = [];
  for (const row of all) {
    if (!matches(row, filter.query) || !isIn(row, filter.group)) continue;
    const status = statusOf(row, columns);
    const kind = status === null ? "unknown" : floorState(status).kind;
    counts[kind] += 1;
    if (filter.states.length > 0 && !filter.states.includes(kind)) continue;
    kept.push({ row, level: status === null ? 0 : rank(judgeAgent(status, figures.at).level) });
  }
  const byName = compareRows(columns, { column: "name", direction: "ascending" });
  const compare = sort === null ? byName : compareRows(columns, sort);
  // Without an order of the user's own: whoever deserves a look first, then by name.
  kept.sort((a, b) => (sort === null ? b.level - a.level : 0) || compare(a.row, b.row));
  return {
    wanted: kept.map(({ row }) => row.row),
    counts,
    total: all.length,
    groups: [...new Set(all.flatMap((row) => row.groups))].sort((a, b) => byText(a, b)),
    objects: new Map(all.map((row) => [row.row, row.object])),
    seats: seatsOf(kept.map(({ row }) => row).sort(byName), filter.group),
  };
}

const isIn = (row: Row, group: string): boolean => group === ALL_GROUPS || row.groups.includes(group);

/** Each agent sits once: in the group filtered for, or in the first of their own. */
function seatsOf(rows: readonly Row[], group: string): Selected["seats"] {
  const seats = new Map<string, RowKey[]>();
  for (const row of rows) {
    const home = group === ALL_GROUPS ? (row.groups[0] ?? NO_GROUP) : group;
    const own = seats.get(home) ?? [];
    own.push(row.row);
    seats.set(home, own);
  }
  return [...seats].sort(([a], [b]) => byText(a, b)).map(([name, keys]) => ({ group: name, rows: keys }));
}

/** "ready,wrap" of an address -> states; what is no state is left out. */
export function readStates(text: string | undefined): readonly StateKind[] {
  return (text ?? "").split(",").filter((part): part is StateKind => (KINDS as readonly string[]).includes(part));
}
