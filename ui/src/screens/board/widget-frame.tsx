// A widget's title line and its place; what it draws is chosen by its kind.
import { lazy, memo, Suspense, useMemo } from "react";
import type { Widget } from "../../api/types.ts";
import { SHOWN, shortTitle } from "../../floor/statistics.ts";
import { readOptions, type WidgetOptions } from "../../floor/options.ts";
import { Bone, Notice } from "../../kit/notice.tsx";
import { useDemand, useFigures, useShape } from "../../live/hooks.ts";
import { useFilled } from "../../parts/live-state.tsx";
import { DonutWidget } from "./donut-widget.tsx";
import { GridWidget } from "./grid-widget.tsx";
import { KpiWidget } from "./kpi-widget.tsx";
import css from "./widget-frame.module.css";

// The chart library is loaded by boards that have lines.
const LineWidget = lazy(() => import("./line-widget.tsx"));

export interface WidgetProps {
  readonly of: string;
  readonly widget: Widget;
  readonly options: WidgetOptions;
}

export const WidgetFrame = memo(function WidgetFrame({ board, widget }: { readonly board: string; readonly widget: Widget }) {
  const key = useDemand(useMemo(() => ({ board, widget: widget.id }), [board, widget.id]));
  const options = useMemo(() => readOptions(widget.options, nameOf(widget.query.statistics[0])), [widget]);
  const { x, y, w, h } = widget;
  return (
    <section
      className={css["widget"]}
      data-kind={widget.kind}
      data-testid={`widget-${widget.id}`}
      aria-label={widget.title}
      style={{ "--column": `${x + 1} / span ${w}`, "--line": `${y + 1} / span ${h}`, "--h": h } as React.CSSProperties}
    >
      <header className={css["head"]}>
        <h2 className={css["title"]}>{widget.title}</h2>
        <Interval of={key} />
      </header>
      <div className={css["body"]}>
        <WidgetState of={key} widget={widget} options={options} />
      </div>
    </section>
  );
});

/** A query names a statistic, or gives it in full. */
const nameOf = (statistic: unknown): string => (typeof statistic === "string" ? statistic : typeof statistic === "object" && statistic !== null && "stat_type" in statistic ? String(statistic.stat_type) : "");

/** What time the numbers cover; several statistics of different spans say nothing here, their columns do. */
function Interval({ of }: { readonly of: string }) {
  const { columns } = useShape(of);
  const spans = new Set(columns.map((column) => SHOWN[column.statType]?.span));
  const [span] = spans;
  if (spans.size !== 1 || span === undefined) return null;
  return <span className={css["interval"]}>{span === "now" ? "now" : "today"}</span>;
}

function WidgetState(props: WidgetProps) {
  const { phase, rows, refusal } = useFigures(props.of);
  const isFilled = useFilled(props.of);
  if (phase === "refused" && refusal !== null) return <Notice kind="error" title="This can't be shown">{refusal.message}</Notice>;
  if ((phase === "opening" && rows.size === 0) || !isFilled) return <Opening kind={props.widget.kind} />;
  if (rows.size === 0) return <Notice title="Nothing here yet">{`No ${shortTitle(props.widget.query.object_type.toLowerCase())} is known that this widget could show.`}</Notice>;
  return (
    <Suspense fallback={<Opening kind={props.widget.kind} />}>
      <Kind {...props} />
    </Suspense>
  );
}

function Kind(props: WidgetProps) {
  switch (props.widget.kind) {
    case "kpi":
      return <KpiWidget {...props} />;
    case "donut":
      return <DonutWidget {...props} />;
    case "line":
      return <LineWidget {...props} />;
    case "grid":
      return <GridWidget {...props} />;
    default:
      return <Notice title="This kind of widget is not known here">A newer Pulse made it.</Notice>;
  }
}

function Opening({ kind }: { readonly kind: Widget["kind"] }) {
  return (
    <div className={css["opening"]} role="status" aria-label="Loading">
      {kind === "kpi" ? <Bone width="6rem" height="2.25rem" /> : <Bone width="100%" height="60%" />}
    </div>
  );
}
