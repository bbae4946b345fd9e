// The floor at a glance: is something wrong, where, since when, and who could help.
import { t } from "@lingui/core/macro";
import { useCallback, useMemo } from "react";
import { compareQueues } from "../../floor/attention.ts";
import { agentFloor } from "../../floor/groups.ts";
import { floorTotals, readerOf } from "../../floor/totals.ts";
import { timeOfDay } from "../../kit/format.ts";
import { useSettled } from "../../kit/grid/settled.ts";
import type { Figures } from "../../live/figures.ts";
import { useAt, useSampled } from "../../live/hooks.ts";
import { useAgents, useQueues } from "../../parts/library.ts";
import { GridBones, LiveState } from "../../parts/live-state.tsx";
import { Page } from "../../parts/page.tsx";
import { useTrust } from "../../parts/trust.ts";
import { useZone } from "../../parts/zone.ts";
import { judgeAll } from "../queues/order.ts";
import { AgentPanel } from "./agent-panel.tsx";
import { AttentionTable } from "./attention-table.tsx";
import { headline } from "./headline.ts";
import css from "./overview.module.css";
import { Totals } from "./totals.tsx";

const queueView = (figures: Figures) => {
  const judged = judgeAll(figures);
  const rows = [...figures.rows.values()];
  return {
    phase: figures.phase,
    at: figures.at,
    columns: figures.shape.columns,
    totals: floorTotals(rows, readerOf(figures.shape.columns)),
    byRow: new Map(judged.map((queue) => [queue.row.row, queue])),
    wanted: judged.sort(compareQueues).map(({ row }) => row.row),
  };
};

export function OverviewPage() {
  const queuesKey = useQueues();
  const agentsKey = useAgents();
  const queues = useSampled(queuesKey, 500, queueView);
  const agents = useSampled(
    agentsKey,
    500,
    useCallback((figures: Figures) => ({ phase: figures.phase, columns: figures.shape.columns, ...agentFloor([...figures.rows.values()], figures.shape.columns, figures.at) }), []),
  );
  const { order, hold } = useSettled(queues.wanted, queues.wanted.length === 0 ? "" : "rows");
  const shown = useMemo(() => order.flatMap((row) => queues.byRow.get(row) ?? []), [order, queues.byRow]);
  const isOpening = queues.phase === "opening" && queues.wanted.length === 0;
  const words = headline(shown, agents.overdue.length, isOpening);
  const trust = useTrust();
  const asOf = useAsOf(trust.isStale);

  return (
    <Page
      isScrolling
      at={queues.at}
      title={
        <span className={css["headline"]} data-level={trust.isStale ? "none" : words.level}>
          {words.title}
        </span>
      }
      note={asOf ?? words.note}
    >
      <Totals totals={queues.totals} agents={agents} isOpening={isOpening} />
      <div className={css["halves"]}>
        <section className={css["half"]} aria-label={t`Queues, worst first`}>
          <LiveState of={queuesKey} what="queues" shownRows={shown.length}>
            <AttentionTable queues={shown} columns={queues.columns} hold={hold} />
          </LiveState>
        </section>
        <section className={css["half"]} aria-label={t`Agents`}>
          {agents.phase === "opening" && agents.total === 0 ? <GridBones columns={2} rows={8} /> : <LiveState of={agentsKey} what="agents" shownRows={agents.total}><AgentPanel floor={agents} columns={agents.columns} /></LiveState>}
        </section>
      </div>
    </Page>
  );
}

/** What stands still is told with its time. */
function useAsOf(isStale: boolean): string | undefined {
  const at = useAt();
  const zone = useZone();
  return isStale && at !== null ? t`as of ${timeOfDay(at / 1000, zone)}` : undefined;
}
