// What is particular to a kind: order, groups, pins and rules of a table; the span of charts; the scale of a gauge.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import type { Statistic, WidgetKind } from "../../../api/types.ts";
import { setOption, withGrouping } from "../../../boards/settings.ts";
import { Dropdown } from "../../../kit/controls.tsx";
import { Amount, Labelled } from "../../../kit/fields.tsx";
import { useOptions } from "../widget-state.tsx";
import type { PartProps } from "./settings.tsx";
import { TableLooks } from "./settings-table.tsx";
import css from "./settings.module.css";

const SPANS = [
  { id: "15", label: t`15 minutes` },
  { id: "30", label: t`30 minutes` },
  { id: "60", label: t`1 hour` },
  { id: "120", label: t`2 hours` },
  { id: "240", label: t`4 hours` },
  { id: "480", label: t`8 hours` },
  { id: "1440", label: t`24 hours` },
];
const STEPS = [
  { id: "5", label: t`5 minutes` },
  { id: "15", label: t`15 minutes` },
  { id: "30", label: t`30 minutes` },
  { id: "60", label: t`1 hour` },
];
const OVER_TIME: readonly WidgetKind[] = ["line", "heat", "timeline"];
const TOTALS = [
  { id: "auto", label: t`As it should be` },
  { id: "sum", label: t`Sum` },
  { id: "max", label: t`Highest` },
];

/** `isOfAll`: of a template, which names no objects. */
export function Looks({ widget, set, library, isOfAll = false }: PartProps & { readonly library: readonly Statistic[]; readonly isOfAll?: boolean }) {
  const options = useOptions(widget);
  const { kind } = widget;
  const known = new Set(library.map(({ name }) => name));
  if (kind === "grid") {
    return (
      <TableLooks
        widget={widget}
        set={set}
        isOfAll={isOfAll}
        onGrouped={(isGrouped) => {
          set(withGrouping(widget, isGrouped, known));
        }}
      />
    );
  }
  if (kind === "donut" || kind === "bar" || kind === "list") return null;
  const near = (minutes: number) => SPANS.find(({ id }) => Number(id) >= minutes)?.id ?? "1440";
  return (
    <section className={css["part"]} aria-label={t`Appearance`}>
      <h3><Trans>Appearance</Trans></h3>
      {OVER_TIME.includes(kind) && (
        <Labelled label={t`Reaches back`}>
          <Dropdown label={t`Reaches back`} value={near(options.minutes)} choices={SPANS} onChange={(minutes) => { set(setOption(widget, "minutes", Number(minutes))); }} />
        </Labelled>
      )}
      {kind === "line" && <Amount label={t`At most so many lines`} value={options.seriesMax} onChange={(series) => { set(setOption(widget, "series_max", series ?? undefined)); }} />}
      {kind === "heat" && (
        <Labelled label={t`In steps of`}>
          <Dropdown label={t`In steps of`} value={String(options.step)} choices={STEPS} onChange={(step) => { set(setOption(widget, "step", Number(step))); }} />
        </Labelled>
      )}
      {(kind === "kpi" || kind === "gauge") && (
        <Labelled label={t`Of several objects`} help={t`As it should be: sums of counts, shares from their parts, the worst where nothing adds up.`}>
          <Dropdown label={t`Of several objects`} value={options.total === "sum" || options.total === "max" ? options.total : "auto"} choices={TOTALS} onChange={(total) => { set(setOption(widget, "total", total === "auto" ? undefined : total)); }} />
        </Labelled>
      )}
      {kind === "gauge" && <Amount label={t`End of the scale`} value={options.scaleTo} placeholder={t`by itself`} onChange={(end) => { set(setOption(widget, "scale_to", end ?? undefined)); }} />}
    </section>
  );
}
