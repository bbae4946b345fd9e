// What deserves a look, in words, worst first.
import { byText } from "../kit/collate.ts";
import { t } from "@lingui/core/macro";
import { count, percent, span } from "../kit/format.ts";
import { micros, type Column, type Micros, type Row, type StatusValue } from "../live/frame.ts";
import { floorState, type FloorState } from "./states.ts";
import { levelOf, rank, STATE_LIMITS, worst, type Level, type Thresholds } from "./thresholds.ts";

export interface Finding {
  readonly statistic: string;
  readonly level: Level;
  /** "longest wait over 2 min". */
  readonly words: string;
  /** Since when, where the value itself tells it. */
  readonly since: Micros | null;
}

export interface Verdict {
  readonly level: Level;
  readonly findings: readonly Finding[];
  /** Every number that it stands on is stale: it says how things were. */
  readonly isStale: boolean;
}

/** What happens now weighs more than what the day added up to. */
const NOW_FIRST = ["CurrMaxCallWaitingTime", "Current_In_Queue", "Queue_Agents_Ready"];

export function judgeQueue(row: Row, columns: readonly Column[], thresholds: Thresholds, at: Micros | null): Verdict {
  const findings: Finding[] = [];
  const values = new Map<string, number>();
  columns.forEach((column, ix) => {
    const cell = row.cells[ix];
    if (typeof cell?.v !== "number" || cell.flags.includes("empty")) return;
    values.set(column.statType, cell.v);
    const threshold = thresholds[column.statType];
    const level = levelOf(cell.v, threshold);
    if (threshold === undefined || level === "calm") return;
    const limit = (level === "breach" ? threshold.breach : threshold.warn) ?? 0;
    const isWait = column.statType === "CurrMaxCallWaitingTime";
    findings.push({
      statistic: column.statType,
      level,
      words: wordsOf(column, limit, threshold.when),
      since: isWait && at !== null ? micros(at - (cell.v - limit) * 1e6) : null,
    });
  });
  const nobody = nobodyThere(values);
  if (nobody !== null) findings.push(nobody);
  return verdict(findings, row.cells.length > 0 && row.cells.every((cell) => cell.v === null || cell.flags.includes("stale")));
}

/** Callers wait and nobody is logged in: no threshold needs to say that this is wrong. */
function nobodyThere(values: ReadonlyMap<string, number>): Finding | null {
  const isWaiting = (values.get("Current_In_Queue") ?? 0) > 0;
  if (!isWaiting || values.get("Queue_Agents_Logged") !== 0) return null;
  return { statistic: "Queue_Agents_Logged", level: "breach", words: t`nobody logged in`, since: null };
}

function verdict(findings: readonly Finding[], isStale: boolean): Verdict {
  const place = (finding: Finding) => (NOW_FIRST.includes(finding.statistic) ? 0 : 1);
  const sorted = [...findings].sort((a, b) => rank(b.level) - rank(a.level) || place(a) - place(b));
  return { level: sorted.reduce<Level>((level, finding) => worst(level, finding.level), "calm"), findings: sorted, isStale };
}

function wordsOf(column: Column, limit: number, when: "above" | "below"): string {
  const title = NAMES[column.statType] ?? column.title.toLowerCase();
    const shown = column.unit === "seconds" ? span(limit) : column.unit === "percent" ? `${percent(limit)}\u202f%` : count(limit);
  return when === "above" ? t`${title} over ${shown}` : t`${title} under ${shown}`;
}

const NAMES: Readonly<Record<string, string>> = {
  Current_In_Queue: t`waiting`,
  CurrMaxCallWaitingTime: t`longest wait`,
  ServiceFactor: t`service level`,
  Service_Level: t`service level`,
  Service_Level_Simple: t`service level`,
  Abandoned_Percentage: t`abandoned`,
  Average_Wait_Time: t`average wait`,
};

/** Worst first: level now, then the level of the day, then who waits longest; then by name, so that equals stand still. */
export function compareQueues(
  a: { readonly verdict: Verdict; readonly longest: number; readonly name: string },
  b: { readonly verdict: Verdict; readonly longest: number; readonly name: string },
): number {
  return (
    nowRank(b.verdict) - nowRank(a.verdict) ||
    rank(b.verdict.level) - rank(a.verdict.level) ||
    b.verdict.findings.length - a.verdict.findings.length ||
    byText(a.name, b.name)
  );
}

function nowRank({ findings }: Verdict): number {
  return Math.max(0, ...findings.filter((finding) => NOW_FIRST.includes(finding.statistic) || finding.statistic === "Queue_Agents_Logged").map(({ level }) => rank(level)));
}

export interface AgentVerdict {
  readonly level: Level;
  readonly state: FloorState;
  readonly seconds: number | null;
  /** The limit that was passed, seconds. */
  readonly limit: number | null;
}

/** Is somebody in one state for longer than is usual? */
export function judgeAgent(value: StatusValue, now: Micros | null): AgentVerdict {
  const state = floorState(value);
  const seconds = value.since === null || now === null ? null : Math.max(0, (now - value.since) / 1e6);
  const threshold = STATE_LIMITS[state.kind];
  const level = levelOf(seconds, threshold);
  const limit = level === "breach" ? threshold?.breach : level === "warn" ? threshold?.warn : null;
  return { level, state, seconds, limit: limit ?? null };
}
