// The queue board: every queue, worst first.
import { plural, t } from "@lingui/core/macro";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { DEFAULTS } from "../../floor/thresholds.ts";
import { QUEUE_HIDDEN } from "../../floor/statistics.ts";
import { Grid } from "../../kit/grid/grid.tsx";
import { useSettled } from "../../kit/grid/settled.ts";
import { Search } from "../../kit/controls.tsx";
import type { Figures } from "../../live/figures.ts";
import { useSampled, useShape } from "../../live/hooks.ts";
import { gridColumns, nextSort, readSort } from "../../parts/grid-columns.ts";
import { GridContext } from "../../parts/live-row.tsx";
import { Inspector } from "../../parts/inspector.tsx";
import { useQueues } from "../../parts/library.ts";
import { LiveState } from "../../parts/live-state.tsx";
import { Page } from "../../parts/page.tsx";
import { useToday } from "../../parts/zone.ts";
import { useTrust } from "../../parts/trust.ts";
import { useLooks } from "../../shell/looks.ts";
import css from "../board-page.module.css";
import { QueueRow } from "./queue-row.tsx";
import { orderQueues, summary } from "./order.ts";

const route = getRouteApi("/queues");
const FIRST = ["Current_In_Queue", "CurrMaxCallWaitingTime", "ServiceFactor", "Service_Level", "Abandoned_Percentage", "Queue_Agents_Ready", "Queue_Agents_Logged", "Calls_Answered"];

export function QueuesPage() {
  const { q = "", sort: sortText, open } = route.useSearch();
  const navigate = route.useNavigate();
  const key = useQueues();
  const shape = useShape(key);
  const trust = useTrust();
  const isWall = useLooks().drawn === "wall";
  const sort = useMemo(() => readSort(sortText), [sortText]);
  const { word: today } = useToday();
  const columns = useMemo(() => gridColumns(shape.columns, { nameTitle: t`Queue`, hidden: QUEUE_HIDDEN, first: FIRST, today }), [shape.columns, today]);
  const compute = useCallback((figures: Figures) => ({ wanted: orderQueues(figures, q, sort), ...summary(figures) }), [q, sort]);
  const sample = useSampled(key, 1000, compute);
  const { order, hold } = useSettled(sample.wanted, `${sortText ?? ""}|${q}|${shape.rows.length === 0 ? "" : "rows"}`);
  const context = useMemo(() => ({ key, places: columns.places, thresholds: DEFAULTS, trust }), [key, columns.places, trust]);

  return (
    <Page
      title={t`Queues`}
      of={[key]}
      note={sample.count > 0 ? <Summary {...sample} /> : undefined}
      tools={<Search label={t`Find a queue`} value={q} onChange={(value) => void navigate({ search: (was) => ({ ...was, q: value }), replace: true })} />}
    >
      <div className={css["area"]}>
        <LiveState of={key} what="queues" isFiltered={q !== ""} shownRows={order.length} columns={7}>
          <GridContext value={context}>
            <Grid
              label={t`Queues`}
              columns={columns.shown}
              rows={order}
              Row={QueueRow}
              sort={sort}
              onSort={(column) => void navigate({ search: (was) => ({ ...was, sort: nextSort(sort, column, column === "name") }), replace: true })}
              onOpen={(row) => void navigate({ search: (was) => ({ ...was, open: objectOf(row) }) })}
              hold={hold}
              isFitted={isWall}
            />
          </GridContext>
        </LiveState>
      </div>
      {open !== undefined && <Inspector of={key} object={open} thresholds={DEFAULTS} onClose={() => void navigate({ search: (was) => ({ ...was, open: undefined }) })} foot={<Link to="/queues/$queue" params={{ queue: open }}>{t`The page of this queue`}</Link>} />}
    </Page>
  );

  function objectOf(row: string | number): string {
    return sample.objects.get(row) ?? String(row);
  }
}

function Summary({ count, breach, warn }: { readonly count: number; readonly breach: number; readonly warn: number }) {
  if (breach === 0 && warn === 0) return <>{t`${plural(count, { one: "The queue is within its limits", other: "All # queues within limits" })}`}</>;
  const said = [...(breach > 0 ? [t`${breach} beyond a limit`] : []), ...(warn > 0 ? [t`${warn} close to a limit`] : []), t`${count - breach - warn} calm`];
  return <>{said.join(", ")}</>;
}
