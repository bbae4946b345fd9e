// What stands in a widget: its values, or why there are none.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { lazy, Suspense, useMemo } from "react";
import type { Widget } from "../../api/types.ts";
import { readOptions, type WidgetOptions } from "../../floor/options.ts";
import { isChosen, isEverything } from "../../floor/select.ts";
import { typeWords } from "../../floor/object-types.ts";
import { MISSING_WHY } from "../../floor/present.ts";
import { kindWord } from "../../boards/kinds.ts";
import { Bone, Notice } from "../../kit/notice.tsx";
import type { Figures } from "../../live/figures.ts";
import type { Row } from "../../live/frame.ts";
import { useFigures } from "../../live/hooks.ts";
import { useFilled } from "../../parts/live-state.tsx";
import { usePast } from "../../past/context.ts";
import { AlertsWidget } from "./widgets/alerts.tsx";
import { BarWidget } from "./widgets/bar.tsx";
import { DonutWidget } from "./widgets/donut.tsx";
import { FrameWidget } from "./widgets/frame.tsx";
import { GaugeWidget } from "./widgets/gauge.tsx";
import { GridWidget } from "./widgets/grid.tsx";
import { HeatWidget } from "./widgets/heat.tsx";
import { KpiWidget } from "./widgets/kpi.tsx";
import { ListWidget } from "./widgets/list.tsx";
import { TextWidget } from "./widgets/text.tsx";
import { TimelineWidget } from "./widgets/timeline.tsx";
import css from "./widget-frame.module.css";

// The chart library is loaded by boards that have lines.
const LineWidget = lazy(() => import("./widgets/line.tsx"));

export interface WidgetProps {
  readonly of: string;
  readonly widget: Widget;
  readonly options: WidgetOptions;
}

/** The options of a widget, read. */
export function useOptions(widget: Widget): WidgetOptions {
  return useMemo(() => readOptions(widget.options, nameOf(widget.query?.statistics[0])), [widget.options, widget.query]);
}

/** A query names a statistic, or gives it in full. */
const nameOf = (statistic: unknown): string => (typeof statistic === "string" ? statistic : typeof statistic === "object" && statistic !== null && "stat_type" in statistic ? String(statistic.stat_type) : "");

/** The rows that a widget's author chose. */
export function chosenRows(figures: Figures, { select }: Pick<WidgetOptions, "select">): readonly Row[] {
  const rows = [...figures.rows.values()];
  return isEverything(select) ? rows : rows.filter((row) => isChosen(row, select));
}

const DRAWN: readonly Widget["kind"][] = ["donut", "bar", "gauge"];

export function WidgetState({ of, widget }: { readonly of: string; readonly widget: Widget }) {
  const options = useOptions(widget);
  const { phase, rows, refusal } = useFigures(of);
  const isFilled = useFilled(of);
  if (phase === "refused" && refusal !== null) {
    return (
      <Notice kind="error" title={t`This can’t be shown`}>
        {refusal.message}
      </Notice>
    );
  }
  if ((phase === "opening" && rows.size === 0) || !isFilled) return <Opening kind={widget.kind} />;
  const type = typeWords(widget.query?.object_type ?? "");
  if (rows.size === 0) return <Notice title={t`Nothing here yet`}>{t`Nothing is known that this widget could show (${type}).`}</Notice>;
  if (!isEverything(options.select) && ![...rows.values()].some((row) => isChosen(row, options.select))) {
    return <Notice title={t`Nothing is chosen`}>{t`None of ${rows.size} matches what this widget selects.`}</Notice>;
  }
  // A picture of parts would draw what is not kept as nothing, and whom a state chooses could not be chosen.
  if ((DRAWN.includes(widget.kind) || options.onlyStatus.length > 0) && [...rows.values()].every(({ cells }) => cells[0]?.reason === "not_kept")) return <Notice title={t`Not kept`}>{MISSING_WHY.not_kept}</Notice>;
  return (
    <Suspense fallback={<Opening kind={widget.kind} />}>
      <Kind of={of} widget={widget} options={options} />
    </Suspense>
  );
}

function Kind(props: WidgetProps) {
  const past = usePast();
  if (past !== null && props.widget.kind === "timeline") return <LiveOnly />;
  switch (props.widget.kind) {
    case "kpi":
      return <KpiWidget {...props} />;
    case "list":
      return <ListWidget {...props} />;
    case "gauge":
      return <GaugeWidget {...props} />;
    case "donut":
      return <DonutWidget {...props} />;
    case "bar":
      return <BarWidget {...props} />;
    case "line":
      return <LineWidget {...props} />;
    case "heat":
      return <HeatWidget {...props} />;
    case "timeline":
      return <TimelineWidget {...props} />;
    case "grid":
      return <GridWidget {...props} />;
    default:
      return <PlainKind widget={props.widget} />;
  }
}

/** Widgets that show no values. */
export function PlainKind({ widget }: { readonly widget: Widget }) {
  const past = usePast();
  if (past !== null && (widget.kind === "alerts" || widget.kind === "iframe")) return <LiveOnly />;
  switch (widget.kind) {
    case "text":
      return <TextWidget widget={widget} />;
    case "iframe":
      return <FrameWidget widget={widget} />;
    case "alerts":
      return <AlertsWidget widget={widget} />;
    default:
      return <Notice title={t`This kind of widget is not known here`}><Trans>A newer Pulse made it.</Trans></Notice>;
  }
}

/** An administrator switched the kind off. */
export const SwitchedOff = ({ kind }: { readonly kind: Widget["kind"] }) => (
  <Notice title={t`Switched off`}>{t`An administrator switched this kind of widget off (${kindWord(kind)}). It shows again when it is switched on.`}</Notice>
);

/** What shows the present alone must not stand beside the past. */
const LiveOnly = () => <Notice title={t`Not kept`}><Trans>This widget shows only what is now.</Trans></Notice>;

function Opening({ kind }: { readonly kind: Widget["kind"] }) {
  return (
    <div className={css["opening"]} role="status" aria-label={t`Loading`}>
      {kind === "kpi" || kind === "gauge" ? <Bone width="6rem" height="2.25rem" /> : <Bone width="100%" height="60%" />}
    </div>
  );
}
