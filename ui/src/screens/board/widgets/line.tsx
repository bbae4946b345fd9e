// Values over time: what history knows, continued by the stream.
import { useQueries } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { historyQuery } from "../../../api/queries.ts";
import { figure, MISSING } from "../../../floor/present.ts";
import { LineChart, type Series } from "../../../kit/line-chart.tsx";
import type { Figures } from "../../../live/figures.ts";
import { useEventSecond, useLive, useShape } from "../../../live/hooks.ts";
import { useTrust } from "../../../parts/trust.ts";
import { useZone } from "../../../parts/zone.ts";
import { useLooks } from "../../../shell/looks.ts";
import { extend, mergeSeries, type Trail } from "./trail.ts";
import { isChosen } from "../../../floor/select.ts";
import { useBoard } from "../board-context.ts";
import type { WidgetProps } from "../widget-state.tsx";

/** How often the stream adds a point, seconds. */
const STEP_SECONDS = 10;

export default function LineWidget({ of, widget, options: { thresholds, minutes, seriesMax, select } }: WidgetProps) {
  const { board, isShared } = useBoard();
  const span = minutes * 60;
  const zone = useZone();
  const { drawn } = useLooks();
  const { isStale } = useTrust();
  const { columns, rows } = useShape(of);
  const live = useLive();
  const [column] = columns;
  const objects = useMemo(() => rows.flatMap((row) => live.row(of, row) ?? []).filter((row) => isChosen(row, select)).slice(0, seriesMax), [rows, live, of, seriesMax, select]);
  const [opened] = useState(() => Math.floor((live.now() ?? 0) / 6e7) * 6e7);
  const history = useQueries({
    queries: objects.map((row) => historyQuery(column?.key ?? "", row.object, opened - span * 1e6, opened, isShared ? board : null)),
    combine: (results) => results.map((result) => result.data),
  });
  const trails = useTrails(of, span);
  const now = useEventSecond(STEP_SECONDS);
  const series = useMemo(
    (): readonly Series[] => objects.map((row, ix) => ({ id: row.object, label: row.name, points: mergeSeries(history[ix] ?? [], trails.get(row.object) ?? []) })),
    [objects, history, trails],
  );
  if (column === undefined || now === null) return null;
  const threshold = thresholds[column.statType];
  const end = now / 1e6;
  return (
    <LineChart
      label={widget.title}
      noData={MISSING.no_data}
      series={series}
      from={end - span}
      to={end}
      zone={zone}
      theme={drawn}
      isStale={isStale}
      unit={column.unit === "percent" ? "%" : ""}
      format={(value) => figure(value, column.unit)}
      limits={[
        ...(threshold?.warn == null ? [] : [{ value: threshold.warn, level: "warn" as const }]),
        ...(threshold?.breach == null ? [] : [{ value: threshold.breach, level: "breach" as const }]),
      ]}
      range={column.unit === "percent" ? [0, 100] : null}
    />
  );
}

/** What the stream has told since the widget opened, one point a step. */
function useTrails(of: string, span: number): ReadonlyMap<string, Trail> {
  const live = useLive();
  const [trails, setTrails] = useState<ReadonlyMap<string, Trail>>(new Map());
  useEffect(() => {
    const take = () => {
      const figures: Figures = live.figures(of);
      setTrails((known) => extend(known, figures, STEP_SECONDS, span));
    };
    take();
    return live.onFigures(of, take);
  }, [live, of, span]);
  return trails;
}
