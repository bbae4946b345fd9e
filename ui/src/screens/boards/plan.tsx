// A board's layout in small: one recognises a board by its shape.
import type { Widget, WidgetKind } from "../../api/types.ts";
import css from "./boards.module.css";

const TONES: Readonly<Record<WidgetKind, number>> = { kpi: 0.9, gauge: 0.9, list: 0.7, line: 0.55, donut: 0.55, bar: 0.55, heat: 0.45, timeline: 0.45, alerts: 0.7, text: 0.2, iframe: 0.2, grid: 0.3 };

/** How high a row is, as a share of a column's width. */
const ROW = 0.42;
/** What lies below is not drawn. */
const ROWS_MAX = 18;

export function Plan({ widgets }: { readonly widgets: readonly Widget[] }) {
  return (
    <svg className={css["plan"]} viewBox={`0 0 12 ${ROWS_MAX * ROW}`} preserveAspectRatio="xMinYMin slice" aria-hidden>
      {widgets
        .filter(({ tab }) => tab === undefined || tab === widgets[0]?.tab)
        .map(({ id, x, y, w, h, kind }) => (
          <rect key={id} x={x + 0.06} y={y * ROW + 0.06} width={w - 0.12} height={h * ROW - 0.12} rx="0.12" opacity={TONES[kind]} fill="currentColor" />
        ))}
    </svg>
  );
}
