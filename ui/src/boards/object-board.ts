// The page of one queue or one agent, as a board that is made on the spot: every widget with its downloads, limits and expanded views.
import { t } from "@lingui/core/macro";
import type { Board, Statistic, Widget } from "../api/types.ts";
import { grant } from "../floor/statistics.ts";

interface Wish {
  readonly id: string;
  readonly kind: Widget["kind"];
  readonly title: string;
  readonly box: readonly [number, number, number, number];
  /** "a|b": the first that the server knows. */
  readonly statistics: readonly string[];
  readonly options?: Readonly<Record<string, unknown>>;
}

const SERVICE = "ServiceFactor|Service_Level|Service_Level_Simple";

const QUEUE = (): readonly Wish[] => [
  { id: "waiting", kind: "kpi", title: t`Waiting now`, box: [0, 0, 3, 3], statistics: ["Current_In_Queue"] },
  { id: "longest", kind: "kpi", title: t`Longest wait`, box: [3, 0, 3, 3], statistics: ["CurrMaxCallWaitingTime"] },
  { id: "ready", kind: "kpi", title: t`Agents ready`, box: [6, 0, 3, 3], statistics: ["Queue_Agents_Ready"] },
  { id: "level", kind: "kpi", title: t`Service level`, box: [9, 0, 3, 3], statistics: [SERVICE] },
  { id: "level-line", kind: "line", title: t`Service level, last two hours`, box: [0, 3, 6, 6], statistics: [SERVICE], options: { minutes: 120 } },
  { id: "waiting-line", kind: "line", title: t`Waiting, last two hours`, box: [6, 3, 6, 6], statistics: ["Current_In_Queue"], options: { minutes: 120 } },
  { id: "day", kind: "list", title: t`The day of this queue`, box: [0, 9, 4, 6], statistics: ["Calls_Entered", "Calls_Answered", "Calls_Abandoned_Total|Calls_Abandoned", "Abandoned_Percentage", "Average_Wait_Time", "Max_Wait_Time", "Queue_Agents_Logged"] },
  { id: "hours", kind: "heat", title: t`Calls in each quarter of an hour`, box: [4, 9, 8, 3], statistics: ["Calls_Entered"], options: { minutes: 360, step: 15 } },
  { id: "lost", kind: "heat", title: t`Abandoned in each quarter of an hour`, box: [4, 12, 8, 3], statistics: ["Calls_Abandoned_Total|Calls_Abandoned"], options: { minutes: 360, step: 15 } },
];

const AGENT = (): readonly Wish[] => [
  { id: "state", kind: "grid", title: t`Now`, box: [0, 0, 12, 3], statistics: ["Current_Status_Reasons|Current_Status", "Calls_Handled", "Average_Handle_Time", "Occupancy", "Calls_Missed"], options: { density: "normal" } },
  { id: "line", kind: "timeline", title: t`States of the day`, box: [0, 3, 12, 4], statistics: ["Current_Status_Reasons|Current_Status"], options: { minutes: 480 } },
  { id: "day", kind: "list", title: t`The day of this agent`, box: [0, 7, 4, 8], statistics: ["Calls_Handled", "Total_Login_Time", "Total_Talk_Time", "Total_Hold_Time", "Total_Work_Time", "Total_Ready_Time", "Total_Not_Ready_Time"] },
  { id: "handled", kind: "heat", title: t`Calls in each quarter of an hour`, box: [4, 7, 8, 3], statistics: ["Calls_Handled"], options: { minutes: 360, step: 15 } },
  { id: "busy", kind: "line", title: t`Occupancy, last two hours`, box: [4, 10, 8, 5], statistics: ["Occupancy"], options: { minutes: 120 } },
];

/** Widgets whose statistics the server does not know are left out. `known`: null while the list is not there. */
export function objectBoard(type: "Queue" | "Agent", object: string, title: string, known: readonly Statistic[] | undefined): Board {
  const names = known === undefined ? null : new Set(known.map(({ name }) => name));
  const widgets = (type === "Queue" ? QUEUE() : AGENT()).flatMap(({ id, kind, title: word, box: [x, y, w, h], statistics, options = {} }): Widget[] => {
    const granted = grant(statistics, names);
    return granted.length === 0 ? [] : [{ id, kind, title: word, x, y, w, h, query: { object_type: type, objects: [object], statistics: granted }, options }];
  });
  return { id: "", title, revision: 0, widgets };
}
