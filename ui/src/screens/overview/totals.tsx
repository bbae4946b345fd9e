// The floor in seven numbers.
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { figure } from "../../floor/present.ts";
import type { AgentFloor } from "../../floor/groups.ts";
import { DEFAULTS, levelOf, type Level } from "../../floor/thresholds.ts";
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
      <Item label="Waiting now" total={totals.waiting} unit="count" to="/queues" isOpening={isOpening} />
      <Item label="Longest wait" total={totals.longest} unit="seconds" level={levelOf(totals.longest.value, DEFAULTS["CurrMaxCallWaitingTime"])} to="/queues" isOpening={isOpening} />
      <Item label="Service level" total={totals.serviceLevel} unit="percent" level={levelOf(totals.serviceLevel.value, DEFAULTS["ServiceFactor"])} to="/queues" isOpening={isOpening} note="answered in time, today" />
      <Item label="Abandoned" total={totals.abandoned} unit="percent" level={levelOf(totals.abandoned.value, DEFAULTS["Abandoned_Percentage"])} to="/queues" isOpening={isOpening} note="of all calls, today" />
      <Item label="Average wait" total={totals.averageWait} unit="seconds" level={levelOf(totals.averageWait.value, DEFAULTS["Average_Wait_Time"])} to="/queues" isOpening={isOpening} note="of answered calls, today" />
      <Item label="Ready" total={one(counts.ready)} unit="count" to="/agents" isOpening={isOpening} note={`of ${present} logged in`} />
      <Item label="On a call" total={one(counts.call + counts.hold)} unit="count" to="/agents" isOpening={isOpening} note={`${counts.wrap} in wrap-up`} />
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
  readonly isOpening: boolean;
}

function Item({ label, total, unit, level = "calm", note = "at this moment", to, isOpening }: ItemProps) {
  const { isStale } = useTrust();
  return (
    <div className={css["item"]} data-level={isStale ? "calm" : level} data-stale={isStale || undefined}>
      <dt className={css["label"]}>
        <Link to={to}>{label}</Link>
      </dt>
      <dd className={css["value"]}>{isOpening ? <Bone width="3.5rem" height="1.75rem" /> : <Value total={total} unit={unit} level={isStale ? "calm" : level} />}</dd>
      <dd className={css["note"]}>{total.isPartial ? "partial: some queues are missing" : note}</dd>
    </div>
  );
}

function Value({ total, unit, level }: { readonly total: Total; readonly unit: Unit; readonly level: Level }): ReactNode {
  if (total.value === null) return <span className={css["none"]}>no data yet</span>;
  return (
    <>
      <span>{figure(total.value, unit)}</span>
      {unit === "percent" && <span className={css["unit"]}>%</span>}
      {level !== "calm" && <Mark level={level} label={level === "breach" ? "beyond the limit" : "close to the limit"} />}
    </>
  );
}
