// How the statistics of the library appear on these pages: short titles, widths, and which to ask for.
import { t } from "@lingui/core/macro";
import type { Unit } from "../live/frame.ts";

export interface Shown {
  /** The column's title: one or two of the floor's words. */
  readonly short: string;
  /** Width in rem; the same whatever the value. */
  readonly width: number;
  /** What covers its time: "now" or since the day began. */
  readonly span: "now" | "today";
}

const now = (short: string, width = 6): Shown => ({ short, width, span: "now" });
const today = (short: string, width = 6): Shown => ({ short, width, span: "today" });

export const SHOWN: Readonly<Record<string, Shown>> = {
  Current_In_Queue: now(t`Waiting`, 5.5),
  CurrMaxCallWaitingTime: now(t`Longest wait`, 7),
  CurrAverageCallWaitingTime: now(t`Mean wait now`, 7.5),
  ExpectedWaitTime: now(t`Expected wait`, 7.5),
  Queue_Agents_Logged: now(t`Logged in`, 5.75),
  Queue_Agents_Ready: now(t`Ready`, 5),
  ServiceFactor: today(t`Service level`, 7),
  Service_Level: today(t`Service level`, 7),
  Service_Level_Simple: today(t`Service level`, 7),
  Calls_Entered: today(t`Entered`, 5.5),
  Calls_Distributed: today(t`Distributed`, 6.5),
  Calls_Answered: today(t`Answered`, 5.75),
  Answered_In_Threshold: today(t`In time`, 5.5),
  Answered_Percentage: today(t`Answered`, 6.25),
  Calls_Abandoned: today(t`Abandoned`, 6.25),
  Calls_Abandoned_Total: today(t`Abandoned`, 6.25),
  Calls_Abandoned_Short: today(t`Short abandons`, 7.5),
  Abandoned_Percentage: today(t`Abandoned`, 6.25),
  Average_Wait_Time: today(t`Average wait`, 7),
  Max_Wait_Time: today(t`Worst wait`, 6.5),
  Current_Status: now(t`State`, 8),
  Current_Status_Reasons: now(t`State`, 8),
  Calls_Handled: today(t`Handled`, 5.5),
  Calls_Missed: today(t`Missed`, 5.25),
  Total_Talk_Time: today(t`Talk time`, 6),
  Average_Talk_Time: today(t`Mean talk`, 6),
  Average_Handle_Time: today(t`Mean handling`, 7.5),
  Total_Ready_Time: today(t`Ready time`, 6.25),
  Total_Not_Ready_Time: today(t`Not ready time`, 7.5),
  Total_Work_Time: today(t`Wrap-up time`, 7.25),
  Total_Hold_Time: today(t`Hold time`, 6),
  Total_Login_Time: today(t`Logged in`, 6.25),
  Occupancy: today(t`Occupancy`, 6.25),
  Utilization: today(t`Utilisation`, 6.25),
  Current_Logged_In: now(t`Logged in`, 5.75),
  Current_Ready: now(t`Ready`, 5),
  Current_Not_Ready: now(t`Not ready`, 5.75),
  Current_In_Call: now(t`On a call`, 5.75),
  Current_ACW: now(t`Wrap-up`, 5.5),
};

/** A title for any statistic: ours, the server's, or its name made readable. */
export function shortTitle(name: string, title?: string): string {
  return SHOWN[name]?.short ?? (title === undefined || title === "" || title === name ? name.replace(/_/g, " ") : title);
}

export function widthOf(name: string, title: string, unit: Unit): number {
  const wanted = shortTitle(name, title).length * 0.52 + 1.5;
  const known = SHOWN[name]?.width;
  // The widths of the list are those of English words; longer ones of other languages get what they need.
  if (known !== undefined) return Math.min(11, Math.max(known, wanted - 1));
  return unit === "status" ? 9 : Math.min(11, Math.max(6, wanted));
}

/** What its figures need, rem: the longest duration, a count with its mark, a state with its shape. */
export const leastWidth = (unit: Unit): number => ({ seconds: 4.75, percent: 4.75, count: 4, number: 4.25, status: 7 })[unit];

/** What the queue pages ask for; "a|b": the first that the server knows. In the order of columns. */
export const QUEUE_WISHES: readonly string[] = [
  "Current_In_Queue",
  "CurrMaxCallWaitingTime",
  "Queue_Agents_Ready",
  "Queue_Agents_Logged",
  "ServiceFactor|Service_Level|Service_Level_Simple",
  "Calls_Entered",
  "Calls_Answered",
  "Abandoned_Percentage",
  "Average_Wait_Time",
  "Answered_In_Threshold",
  "Calls_Abandoned_Total|Calls_Abandoned",
  "Calls_Abandoned_Short",
];

/** Asked for the totals' sake; they have no column of their own. */
export const QUEUE_HIDDEN: ReadonlySet<string> = new Set([
  "Answered_In_Threshold",
  "Calls_Abandoned_Total",
  "Calls_Abandoned",
  "Calls_Abandoned_Short",
]);

export const AGENT_WISHES: readonly string[] = [
  "Current_Status_Reasons|Current_Status",
  "Calls_Handled",
  "Total_Talk_Time",
  "Average_Handle_Time",
  "Total_Not_Ready_Time",
  "Occupancy",
  "Calls_Missed",
];

/** The wishes that the server can meet; all first choices while the list is not known. */
export function grant(wishes: readonly string[], known: ReadonlySet<string> | null): readonly string[] {
  return wishes.flatMap((wish) => {
    const choices = wish.split("|");
    return (known === null ? choices[0] : choices.find((name) => known.has(name))) ?? [];
  });
}
