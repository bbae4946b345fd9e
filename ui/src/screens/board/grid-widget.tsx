// A live table inside a board.
import { useNavigate } from "@tanstack/react-router";
import { useCallback, useMemo, useState } from "react";
import { compareQueues, judgeQueue } from "../../floor/attention.ts";
import { Grid } from "../../kit/grid/grid.tsx";
import { useSettled } from "../../kit/grid/settled.ts";
import type { Figures } from "../../live/figures.ts";
import { useAtOf, useSampled, useShape } from "../../live/hooks.ts";
import { compareRows } from "../../parts/compare.ts";
import { gridColumns, nextSort, readSort } from "../../parts/grid-columns.ts";
import { GridContext } from "../../parts/live-row.tsx";
import { useTrust } from "../../parts/trust.ts";
import { Notice } from "../../kit/notice.tsx";
import { statusOf } from "../agents/select.ts";
import { AgentRow } from "../agents/agent-list.tsx";
import type { WidgetProps } from "./widget-frame.tsx";

export function GridWidget({ of, widget, options }: WidgetProps) {
  const { thresholds, onlyStatus, density } = options;
  const navigate = useNavigate();
  const shape = useShape(of);
  const trust = useTrust();
  const at = useAtOf([of]);
  const [sortText, setSortText] = useState(options.sort);
  const sort = useMemo(() => readSort(sortText), [sortText]);
  const columns = useMemo(() => gridColumns(shape.columns, { nameTitle: widget.query.object_type.replace(/([a-z])([A-Z])/g, "$1 $2"), isBanded: false }), [shape.columns, widget.query.object_type]);
  const compute = useCallback(
    (figures: Figures) => {
      const { columns: known } = figures.shape;
      const rows = [...figures.rows.values()].filter((row) => onlyStatus.length === 0 || onlyStatus.includes(statusOf(row, known)?.status ?? ""));
      if (sort !== null) return rows.sort(compareRows(known, sort)).map((row) => row.row);
      const judged = rows.map((row) => ({ row, name: row.name, longest: 0, verdict: judgeQueue(row, known, thresholds, figures.at) }));
      return judged.sort(compareQueues).map(({ row }) => row.row);
    },
    [sort, thresholds, onlyStatus],
  );
  const wanted = useSampled(of, 1000, compute);
  const objects = useSampled(of, 1000, objectsOf);
  const { order, hold } = useSettled(wanted, `${sortText ?? ""}|${shape.rows.length === 0 ? "" : "rows"}`);
  const context = useMemo(() => ({ key: of, places: columns.places, thresholds, trust }), [of, columns.places, thresholds, trust]);
  if (order.length === 0) return <Notice title="None at this moment" />;
  return (
    <GridContext value={context}>
      <Grid
        label={widget.title}
        density={density}
        columns={columns.shown}
        rows={order}
        Row={AgentRow}
        sort={sort}
        onSort={(column) => {
          setSortText(nextSort(sort, column, column === "name"));
        }}
        onOpen={(row) => {
          const object = objects.get(row);
          if (object !== undefined) void navigate({ to: widget.query.object_type === "Agent" ? "/agents" : "/queues", search: { open: object } });
        }}
        hold={hold}
        data={{ "data-at": at === null ? undefined : String(at) }}
      />
    </GridContext>
  );
}

const objectsOf = (figures: Figures): ReadonlyMap<string | number, string> => new Map([...figures.rows.values()].map((row) => [row.row, row.object]));
