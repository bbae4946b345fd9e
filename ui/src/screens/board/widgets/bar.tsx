// What each object is made of: a bar for each, a part for each statistic; for states a bar for each group.
import { byText } from "../../../kit/collate.ts";
import { useCallback } from "react";
import { agentFloor } from "../../../floor/groups.ts";
import { figure, MISSING } from "../../../floor/present.ts";
import { KIND_WORDS, KINDS } from "../../../floor/states.ts";
import { shortTitle } from "../../../floor/statistics.ts";
import { StackedBars, type Bar } from "../../../kit/bars.tsx";
import { count } from "../../../kit/format.ts";
import type { Figures } from "../../../live/figures.ts";
import type { Column, Row } from "../../../live/frame.ts";
import { useSampled } from "../../../live/hooks.ts";
import { StateShape } from "../../../parts/state-shape.tsx";
import { useTrust } from "../../../parts/trust.ts";
import { chosenRows, type WidgetProps } from "../widget-state.tsx";

const PRESENT = KINDS.filter((kind) => kind !== "out" && kind !== "unknown");

export function BarWidget({ of, options }: WidgetProps) {
  const { isStale } = useTrust();
  const bars = useSampled(
    of,
    500,
    useCallback((figures: Figures) => barsOf(figures, chosenRows(figures, options)), [options]),
  );
  return <StackedBars {...bars} isStale={isStale} />;
}

function barsOf({ shape, at }: Figures, rows: readonly Row[]): Pick<Parameters<typeof StackedBars>[0], "bars" | "legend"> {
  const { columns } = shape;
  if (columns.some((column) => column.unit === "status")) {
    const { groups } = agentFloor(rows, columns, at);
    return {
      legend: PRESENT.map((kind) => ({ id: kind, colour: `var(--${kind})`, label: <><StateShape kind={kind} /> {KIND_WORDS[kind]}</> })),
      bars: groups.map(({ group, counts, present }) => ({ id: group, name: group, total: count(present), parts: PRESENT.map((kind) => ({ id: kind, value: counts[kind], text: `${KIND_WORDS[kind]} ${counts[kind]}` })) })),
    };
  }
  // Parts of one bar must be of one kind.
  const [first] = columns;
  const parts = columns.filter((column) => column.unit === first?.unit);
  return {
    legend: parts.map((column, ix) => ({ id: column.key, colour: colourOf(ix), label: shortTitle(column.statType, column.title) })),
    bars: rows.map((row) => barOf(row, columns, parts)).sort((a, b) => b.sum - a.sum || byText(a.name, b.name)),
  };
}

const colourOf = (ix: number): string => `var(--chart-${(ix % 5) + 1})`;

function barOf(row: Row, columns: readonly Column[], parts: readonly Column[]): Bar & { readonly sum: number } {
  const values = parts.map((column) => {
    const v = row.cells[columns.indexOf(column)]?.v;
    return { column, v: typeof v === "number" ? v : null };
  });
  const known = values.flatMap(({ v }) => v ?? []);
  const sum = known.reduce((a, b) => a + b, 0);
  return {
    id: row.object,
    name: row.name,
    sum,
    total: known.length === 0 ? MISSING.no_data : figure(sum, parts[0]?.unit ?? "number"),
    parts: values.map(({ column, v }) => ({ id: column.key, value: Math.max(0, v ?? 0), text: `${shortTitle(column.statType, column.title)} ${v === null ? MISSING.no_data : figure(v, column.unit)}` })),
  };
}
