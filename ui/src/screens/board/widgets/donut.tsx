// Agents by state, or one statistic over several objects.
import { byText } from "../../../kit/collate.ts";
import { plural, t } from "@lingui/core/macro";
import { figure } from "../../../floor/present.ts";
import { agentFloor, type Counts } from "../../../floor/groups.ts";
import { KIND_WORDS, KINDS } from "../../../floor/states.ts";
import { Donut, type Slice } from "../../../kit/donut.tsx";
import { count } from "../../../kit/format.ts";
import type { Column, Row } from "../../../live/frame.ts";
import type { Figures } from "../../../live/figures.ts";
import { useSampled } from "../../../live/hooks.ts";
import { StateShape } from "../../../parts/state-shape.tsx";
import { useTrust } from "../../../parts/trust.ts";
import { chosenRows, type WidgetProps } from "../widget-state.tsx";
import { useCallback } from "react";

/** More slices than these can't be told apart: the rest is one. */
const SLICES_MAX = 6;

interface View {
  readonly slices: readonly Slice[];
  readonly total: string;
  readonly caption: string;
}

export function DonutWidget({ of, options }: WidgetProps) {
  const { isStale } = useTrust();
  const view = useSampled(
    of,
    500,
    useCallback((figures: Figures) => viewOf(figures, chosenRows(figures, options)), [options]),
  );
  return view === null ? null : <Donut {...view} isStale={isStale} />;
}

function viewOf(figures: Figures, rows: readonly Row[]): View | null {
  const [column] = figures.shape.columns;
  if (column === undefined) return null;
  return column.unit === "status" ? stateView(agentFloor(rows, figures.shape.columns, figures.at).counts) : valueView(rows, column);
}

function stateView(counts: Counts): View {
  const shown = KINDS.filter((kind) => kind !== "out" && (kind !== "unknown" || counts.unknown > 0));
  const slices = shown.map((kind) => ({
    id: kind,
    value: counts[kind],
    text: count(counts[kind]),
    colour: `var(--${kind})`,
    label: (
      <>
        <StateShape kind={kind} /> {KIND_WORDS[kind]}
      </>
    ),
  }));
  return { slices, total: count(slices.reduce((n, { value }) => n + value, 0)), caption: t`logged in` };
}

function valueView(rows: readonly Row[], column: Column): View {
  const values = rows.flatMap((row) => (typeof row.cells[0]?.v === "number" ? [{ id: row.object, name: row.name, v: row.cells[0].v }] : [])).sort((a, b) => b.v - a.v || byText(a.name, b.name));
  const head = values.slice(0, SLICES_MAX - 1);
  const rest = values.slice(SLICES_MAX - 1);
  const others = rest.length === 0 ? [] : [{ id: "rest", name: t`${plural(rest.length, { one: "# other", other: "# others" })}`, v: rest.reduce((n, { v }) => n + v, 0) }];
  const slices = [...head, ...others].map(({ id, name, v }, ix): Slice => {
    const colour = id === "rest" ? "var(--out)" : `var(--chart-${(ix % 5) + 1})`;
    return { id, value: Math.max(0, v), text: figure(v, column.unit), colour, label: <Swatch colour={colour} name={name} /> };
  });
  return { slices, total: figure(values.reduce((n, { v }) => n + v, 0), column.unit), caption: t`in all` };
}

function Swatch({ colour, name }: { readonly colour: string; readonly name: string }) {
  return (
    <>
      <svg viewBox="0 0 10 10" width="0.625rem" height="0.625rem" aria-hidden>
        <rect width="10" height="10" fill={colour} />
      </svg>
      {name}
    </>
  );
}
