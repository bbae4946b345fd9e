// The floor in seven numbers.
import { t } from "@lingui/core/macro";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { figure, MISSING } from "../../floor/present.ts";
import type { AgentFloor } from "../../floor/groups.ts";
import { DEFAULTS, LEVEL_WORDS, levelOf, type Level } from "../../floor/thresholds.ts";
import type { FloorTotals, Total } from "../../floor/totals.ts";
import { Mark } from "../../kit/marks.tsx";
import { Bone } from "../../kit/notice.tsx";
import type { Unit } from "../../live/frame.ts";
import { useTrust } from "../../parts/trust.ts";
import css from "./totals.module.css";

interface Props {
  readonly totals: FloorTotals;
  readonly agents: Pick<AgentFloor, "counts" | "present">;
  readonly isOpening: boolean;
}

export function Totals({ totals, agents: { counts, present }, isOpening }: Props) {
  const one = (value: number): Total => ({ value, isPartial: false });
  return (
    <dl className={css["strip"]}>
      <Item label={t`Waiting now`} total={totals.waiting} unit="count" to="/queues" search={{ sort: "-Current_In_Queue" }} isOpening={isOpening} />
      <Item label={t`Longest wait`} total={totals.longest} unit="seconds" level={levelOf(totals.longest.value, DEFAULTS["CurrMaxCallWaitingTime"])} to="/queues" search={{ sort: "-CurrMaxCallWaitingTime" }} isOpening={isOpening} />
      <Item label={t`Service level`} total={totals.serviceLevel} unit="percent" level={levelOf(totals.serviceLevel.value, DEFAULTS["ServiceFactor"])} to="/queues" search={{ sort: "ServiceFactor" }} isOpening={isOpening} note={t`answered in time, today`} />
      <Item label={t`Abandoned`} total={totals.abandoned} unit="percent" level={levelOf(totals.abandoned.value, DEFAULTS["Abandoned_Percentage"])} to="/queues" search={{ sort: "-Abandoned_Percentage" }} isOpening={isOpening} note={t`of all calls, today`} />
      <Item label={t`Average wait`} total={totals.averageWait} unit="seconds" level={levelOf(totals.averageWait.value, DEFAULTS["Average_Wait_Time"])} to="/queues" search={{ sort: "-Average_Wait_Time" }} isOpening={isOpening} note={t`of answered calls, today`} />
      <Item label={t`Ready`} total={one(counts.ready)} unit="count" to="/agents" search={{ state: "ready" }} isOpening={isOpening} note={t`of ${present} logged in`} />
      <Item label={t`On a call`} total={one(counts.call + counts.hold)} unit="count" to="/agents" search={{ state: "call,hold" }} isOpening={isOpening} note={t`${counts.wrap} in wrap-up`} />
    </dl>
  );
}

interface ItemProps {
  readonly label: string;
  readonly total: Total;
  readonly unit: Unit;
  readonly level?: Level;
  readonly note?: string;
  readonly to: "/queues" | "/agents";
  /** The rows that make the number, worst first, or those in that state. */
  readonly search?: { readonly sort?: string; readonly state?: string };
  readonly isOpening: boolean;
}

function Item({ label, total, unit, level = "calm", note = t`at this moment`, to, search = {}, isOpening }: ItemProps) {
  const { isStale } = useTrust();
  return (
    <div className={css["item"]} data-level={isStale ? "calm" : level} data-stale={isStale || undefined}>
      <dt className={css["label"]}>
        <Link to={to} search={search}>{label}</Link>
      </dt>
      <dd className={css["value"]}>{isOpening ? <Bone width="3.5rem" height="1.75rem" /> : <Value total={total} unit={unit} level={isStale ? "calm" : level} />}</dd>
      <dd className={css["note"]}>{total.isPartial ? t`partial: some queues are missing` : note}</dd>
    </div>
  );
}

function Value({ total, unit, level }: { readonly total: Total; readonly unit: Unit; readonly level: Level }): ReactNode {
  if (total.value === null) return <span className={css["none"]}>{MISSING.no_data}</span>;
  return (
    <>
      <span>{figure(total.value, unit)}</span>
      {unit === "percent" && <span className={css["unit"]}>%</span>}
      {level !== "calm" && <Mark level={level} label={LEVEL_WORDS[level]} />}
    </>
  );
}
