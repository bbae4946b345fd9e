// What is particular to a kind: order, groups, pins and rules of a table; the span of charts; the scale of a gauge.
import type { Statistic, WidgetKind } from "../../../api/types.ts";
import { setOption, withGrouping } from "../../../boards/settings.ts";
import { Dropdown } from "../../../kit/controls.tsx";
import { Amount, Labelled } from "../../../kit/fields.tsx";
import { useOptions } from "../widget-state.tsx";
import type { PartProps } from "./settings.tsx";
import { TableLooks } from "./settings-table.tsx";
import css from "./settings.module.css";

const SPANS = [
  { id: "15", label: "15 minutes" },
  { id: "30", label: "30 minutes" },
  { id: "60", label: "1 hour" },
  { id: "120", label: "2 hours" },
  { id: "240", label: "4 hours" },
  { id: "480", label: "8 hours" },
  { id: "1440", label: "24 hours" },
];
const STEPS = [
  { id: "5", label: "5 minutes" },
  { id: "15", label: "15 minutes" },
  { id: "30", label: "30 minutes" },
  { id: "60", label: "1 hour" },
];
const OVER_TIME: readonly WidgetKind[] = ["line", "heat", "timeline"];
const TOTALS = [
  { id: "auto", label: "As it should be" },
  { id: "sum", label: "Sum" },
  { id: "max", label: "Highest" },
];

export function Looks({ widget, set, library }: PartProps & { readonly library: readonly Statistic[] }) {
  const options = useOptions(widget);
  const { kind } = widget;
  const known = new Set(library.map(({ name }) => name));
  if (kind === "grid") {
    return (
      <TableLooks
        widget={widget}
        set={set}
        onGrouped={(isGrouped) => {
          set(withGrouping(widget, isGrouped, known));
        }}
      />
    );
  }
  if (kind === "donut" || kind === "bar" || kind === "list") return null;
  const near = (minutes: number) => SPANS.find(({ id }) => Number(id) >= minutes)?.id ?? "1440";
  return (
    <section className={css["part"]} aria-label="Appearance">
      <h3>Appearance</h3>
      {OVER_TIME.includes(kind) && (
        <Labelled label="Reaches back">
          <Dropdown label="Reaches back" value={near(options.minutes)} choices={SPANS} onChange={(minutes) => { set(setOption(widget, "minutes", Number(minutes))); }} />
        </Labelled>
      )}
      {kind === "line" && <Amount label="At most so many lines" value={options.seriesMax} onChange={(series) => { set(setOption(widget, "series_max", series ?? undefined)); }} />}
      {kind === "heat" && (
        <Labelled label="In steps of">
          <Dropdown label="In steps of" value={String(options.step)} choices={STEPS} onChange={(step) => { set(setOption(widget, "step", Number(step))); }} />
        </Labelled>
      )}
      {(kind === "kpi" || kind === "gauge") && (
        <Labelled label="Of several objects" help="As it should be: sums of counts, shares from their parts, the worst where nothing adds up.">
          <Dropdown label="Of several objects" value={options.total === "sum" || options.total === "max" ? options.total : "auto"} choices={TOTALS} onChange={(total) => { set(setOption(widget, "total", total === "auto" ? undefined : total)); }} />
        </Labelled>
      )}
      {kind === "gauge" && <Amount label="End of the scale" value={options.scaleTo} placeholder="by itself" onChange={(end) => { set(setOption(widget, "scale_to", end ?? undefined)); }} />}
    </section>
  );
}
