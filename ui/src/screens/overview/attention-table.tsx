// Queues, worst first: what is wrong in words, then the numbers that say so.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import type { Finding } from "../../floor/attention.ts";
import { shortTitle } from "../../floor/statistics.ts";
import { DEFAULTS, LEVEL_WORDS } from "../../floor/thresholds.ts";
import { timeOfDay } from "../../kit/format.ts";
import type { HoldState } from "../../kit/grid/settled.ts";
import { Mark } from "../../kit/marks.tsx";
import type { Column, RowKey } from "../../live/frame.ts";
import { cellData, Figure } from "../../parts/figure.tsx";
import { useTrust } from "../../parts/trust.ts";
import { useZone } from "../../parts/zone.ts";
import type { Judged } from "../queues/order.ts";
import css from "./attention-table.module.css";

const SHOWN = ["Current_In_Queue", "CurrMaxCallWaitingTime", "ServiceFactor", "Service_Level", "Service_Level_Simple", "Queue_Agents_Ready", "Queue_Agents_Logged"];
/** Calm queues beyond these stand on the queue board. */
const CALM_MAX = 40;

interface Props {
  readonly queues: readonly Judged[];
  readonly columns: readonly Column[];
  readonly hold: HoldState<RowKey>;
}

export function AttentionTable({ queues, columns, hold }: Props) {
  const shown = columns.flatMap((column, ix) => (SHOWN.includes(column.statType) ? [{ column, ix }] : []));
  const troubled = queues.filter(({ verdict }) => verdict.level !== "calm");
  const calm = queues.filter(({ verdict }) => verdict.level === "calm");
  return (
    <>
      <table
        className={css["table"]}
        onPointerMove={() => { hold.touch(null); }}
        onPointerLeave={() => { hold.leave(); }}
      >
        <thead>
          <tr>
            <th scope="col" className={css["first"]}><Trans>Queue</Trans></th>
            {shown.map(({ column }) => (
              <th key={column.key} scope="col" title={column.words}>
                {shortTitle(column.statType, column.title)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {troubled.map((queue) => (
            <QueueLine key={queue.row.row} queue={queue} shown={shown} />
          ))}
        </tbody>
        <tbody className={css["calm"]}>
          {calm.slice(0, CALM_MAX).map((queue) => (
            <QueueLine key={queue.row.row} queue={queue} shown={shown} />
          ))}
        </tbody>
      </table>
      {calm.length > CALM_MAX && (
        <Link to="/queues" className={css["more"]}>
          <Trans>All {queues.length} queues</Trans>
        </Link>
      )}
    </>
  );
}

interface LineProps {
  readonly queue: Judged;
  readonly shown: readonly { readonly column: Column; readonly ix: number }[];
}

function QueueLine({ queue: { row, verdict }, shown }: LineProps) {
  const trust = useTrust();
  const { level } = verdict;
  return (
    <tr className={css["line"]} data-level={level} data-stale={trust.isStale || verdict.isStale || undefined} data-row-object={row.object}>
      <th scope="row" className={css["first"]}>
        <span className={css["who"]}>
          <span className={css["mark"]}>{level !== "calm" && <Mark level={level} label={LEVEL_WORDS[level]} />}</span>
          <Link to="/queues/$queue" params={{ queue: row.object }} search={{ from: "overview" }} className={css["name"]}>
            {row.name}
          </Link>
          {verdict.findings.length > 0 && <Findings findings={verdict.findings} />}
        </span>
      </th>
      {shown.map(({ column, ix }) => (
        <td key={column.key} {...cellData(row.object, column, row.cells[ix], trust.isStale)}>
          <Figure cell={row.cells[ix]} column={column} isStale={trust.isStale} broken={trust.broken} threshold={DEFAULTS[column.statType]} />
        </td>
      ))}
    </tr>
  );
}

function Findings({ findings }: { readonly findings: readonly Finding[] }) {
  const zone = useZone();
  const [first, ...others] = findings;
  if (first === undefined) return null;
  return (
    <span className={css["why"]}>
      {first.words}
      {first.since !== null && ` ${t`since ${timeOfDay(first.since / 1000, zone, false)}`}`}
      {others.length > 0 && `, ${others.map(({ words }) => words).join(", ")}`}
    </span>
  );
}
