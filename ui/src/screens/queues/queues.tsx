// The queue board: every queue, worst first.
import { getRouteApi } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { DEFAULTS } from "../../floor/thresholds.ts";
import { QUEUE_HIDDEN } from "../../floor/statistics.ts";
import { Grid } from "../../kit/grid/grid.tsx";
import { useSettled } from "../../kit/grid/settled.ts";
import { plural } from "../../kit/format.ts";
import { Search } from "../../kit/controls.tsx";
import type { Figures } from "../../live/figures.ts";
import { useSampled, useShape } from "../../live/hooks.ts";
import { gridColumns, nextSort, readSort } from "../../parts/grid-columns.ts";
import { GridContext } from "../../parts/live-row.tsx";
import { Inspector } from "../../parts/inspector.tsx";
import { useQueues } from "../../parts/library.ts";
import { LiveState } from "../../parts/live-state.tsx";
import { Page } from "../../parts/page.tsx";
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
  const columns = useMemo(() => gridColumns(shape.columns, { nameTitle: "Queue", hidden: QUEUE_HIDDEN, first: FIRST }), [shape.columns]);
  const compute = useCallback((figures: Figures) => ({ wanted: orderQueues(figures, q, sort), ...summary(figures) }), [q, sort]);
  const sample = useSampled(key, 1000, compute);
  const { order, hold } = useSettled(sample.wanted, `${sortText ?? ""}|${q}|${shape.rows.length === 0 ? "" : "rows"}`);
  const context = useMemo(() => ({ key, places: columns.places, thresholds: DEFAULTS, trust }), [key, columns.places, trust]);

  return (
    <Page
      title="Queues"
      of={[key]}
      note={sample.count > 0 ? <Summary {...sample} /> : undefined}
      tools={<Search label="Find a queue" value={q} onChange={(value) => void navigate({ search: (was) => ({ ...was, q: value }), replace: true })} />}
    >
      <div className={css["area"]}>
        <LiveState of={key} what="queues" isFiltered={q !== ""} shownRows={order.length} columns={7}>
          <GridContext value={context}>
            <Grid
              label="Queues"
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
      {open !== undefined && <Inspector of={key} object={open} thresholds={DEFAULTS} onClose={() => void navigate({ search: (was) => ({ ...was, open: undefined }) })} />}
    </Page>
  );

  function objectOf(row: string | number): string {
    return sample.objects.get(row) ?? String(row);
  }
}

function Summary({ count, breach, warn }: { readonly count: number; readonly breach: number; readonly warn: number }) {
  if (breach === 0 && warn === 0) return <>All {plural(count, "queue")} within limits</>;
  return (
    <>
      {breach > 0 && <>{breach} beyond a limit</>}
      {breach > 0 && warn > 0 && ", "}
      {warn > 0 && <>{warn} close to {breach > 0 ? "one" : "a limit"}</>}
      {`, ${count - breach - warn} calm`}
    </>
  );
}
