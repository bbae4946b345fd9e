// One number, as large as its frame allows.
import { figure } from "../../floor/present.ts";
import { headlineOf } from "../../floor/headline-figure.ts";
import { levelOf } from "../../floor/thresholds.ts";
import { Mark } from "../../kit/marks.tsx";
import { useFigures } from "../../live/hooks.ts";
import { cellData, Figure } from "../../parts/figure.tsx";
import { useTrust } from "../../parts/trust.ts";
import css from "./kpi-widget.module.css";
import type { WidgetProps } from "./widget-frame.tsx";

export function KpiWidget({ of, options }: WidgetProps) {
  const figures = useFigures(of);
  const trust = useTrust();
  const [column] = figures.shape.columns;
  if (column === undefined) return null;
  const rows = [...figures.rows.values()];
  const [only] = rows;
  const threshold = options.thresholds[column.statType];

  if (rows.length === 1 && only !== undefined) {
    const [cell] = only.cells;
    return (
      <div className={css["kpi"]} {...cellData(only.object, column, cell, trust.isStale)}>
        <div className={css["value"]}>
          <Figure cell={cell} column={column} isStale={trust.isStale} broken={trust.broken} threshold={threshold} />
        </div>
        <p className={css["note"]}>{only.name}</p>
      </div>
    );
  }

  const shown = headlineOf(rows, figures.shape.columns, options);
  const level = trust.isStale ? "calm" : levelOf(shown.value, threshold);
  return (
    <div className={css["kpi"]}>
      <div className={css["value"]} data-level={level} data-stale={trust.isStale || undefined}>
        {shown.value === null ? (
          <span className={css["none"]}>no data yet</span>
        ) : (
          <>
            <span>{figure(shown.value, column.unit)}</span>
            {column.unit === "percent" && <span className={css["unit"]}>%</span>}
            {level !== "calm" && <Mark level={level} label={level === "breach" ? "beyond the limit" : "close to the limit"} />}
          </>
        )}
      </div>
      <p className={css["note"]}>{shown.words}</p>
    </div>
  );
}
