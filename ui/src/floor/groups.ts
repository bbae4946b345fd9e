// The agents of the floor counted: by state, by group, and who stays too long in one state.
import { byText } from "../kit/collate.ts";
import type { Column, Micros, Row, StatusValue } from "../live/frame.ts";
import { judgeAgent, type AgentVerdict } from "./attention.ts";
import { floorState, KINDS, type StateKind } from "./states.ts";
import { rank } from "./thresholds.ts";

export type Counts = Readonly<Record<StateKind, number>>;

export interface GroupCounts {
  readonly group: string;
  readonly counts: Counts;
  readonly present: number;
}

export interface Overdue {
  readonly row: Row;
  readonly status: StatusValue;
  readonly verdict: AgentVerdict;
}

export interface AgentFloor {
  readonly counts: Counts;
  /** Logged in, in whatever state. */
  readonly present: number;
  readonly total: number;
  readonly groups: readonly GroupCounts[];
  readonly overdue: readonly Overdue[];
}

const none = (): Record<StateKind, number> => Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Record<StateKind, number>;

export const presentOf = (counts: Counts): number => KINDS.reduce((n, kind) => (kind === "out" || kind === "unknown" ? n : n + counts[kind]), 0);

export function agentFloor(rows: readonly Row[], columns: readonly Column[], now: Micros | null): AgentFloor {
  const ix = columns.findIndex((column) => column.unit === "status");
  const counts = none();
  const groups = new Map<string, Record<StateKind, number>>();
  const overdue: Overdue[] = [];
  for (const row of rows) {
    const v = row.cells[ix]?.v;
    const status = typeof v === "object" ? v : null;
    const kind = status === null ? "unknown" : floorState(status).kind;
    counts[kind] += 1;
    for (const group of row.groups) {
      const own = groups.get(group) ?? none();
      own[kind] += 1;
      groups.set(group, own);
    }
    if (status === null) continue;
    const verdict = judgeAgent(status, now);
    if (verdict.level !== "calm") overdue.push({ row, status, verdict });
  }
  return {
    counts,
    present: presentOf(counts),
    total: rows.length,
    groups: [...groups].map(([group, own]) => ({ group, counts: own, present: presentOf(own) })).sort((a, b) => byText(a.group, b.group)),
    overdue: overdue.sort((a, b) => rank(b.verdict.level) - rank(a.verdict.level) || excess(b) - excess(a)),
  };
}

/** How many times the limit, so that a long ring and a long break can be compared. */
const excess = ({ verdict }: Overdue): number => (verdict.seconds ?? 0) / (verdict.limit ?? 1);
