// Lines over time on a canvas: thin, each with its own dash and its name at the end, limits as labelled lines.
import { t } from "@lingui/core/macro";
import { useEffect, useMemo, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { timeOfDay } from "./format.ts";
import css from "./line-chart.module.css";

export interface Series {
  readonly id: string;
  readonly label: string;
  /** Seconds since 1970 and values; null is a gap. */
  readonly points: readonly (readonly [number, number | null])[];
}

export interface Limit {
  readonly value: number;
  readonly level: "warn" | "breach";
}

/** Something that happened then; seconds. */
export interface ChartNote {
  readonly id: string;
  /** By which the line and the words find each other. */
  readonly letter: string;
  readonly from: number;
  readonly to: number;
  readonly words: string;
}

interface Props {
  readonly label: string;
  readonly series: readonly Series[];
  readonly from: number;
  readonly to: number;
  readonly zone: string;
  /** Redraws when it changes: a canvas does not follow CSS by itself. */
  readonly theme: string;
  readonly isStale: boolean;
  readonly unit: string;
  readonly format: (value: number) => string;
  readonly limits: readonly Limit[];
  readonly range: readonly [number, number] | null;
  readonly notes?: readonly ChartNote[];
  /** Instead of a last value, where there is none. */
  readonly noData: string;
}

const DASHES: readonly (readonly number[])[] = [[], [6, 3], [2, 3], [10, 3, 2, 3], [4, 2]];
const COLOURS = 5;

/** Lines of one colour have different dashes. */
const dashOf = (ix: number): readonly number[] => DASHES[(ix + Math.floor(ix / COLOURS)) % DASHES.length] ?? [];
const colourOf = (ix: number): string => `--chart-${(ix % COLOURS) + 1}`;

const WIDTH = 1.6;

const NO_NOTES: readonly ChartNote[] = [];

export function LineChart(props: Props) {
  const { label, series, from, to, theme, format, unit, isStale, noData, notes = NO_NOTES } = props;
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(props);
  const data = useMemo(() => join(series), [series]);
  const names = series.map(({ label: name }) => name).join("|");

  useEffect(() => {
    latest.current = props;
  });

  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const chart = new uPlot(optionsOf(element, latest), [[]], element);
    plot.current = chart;
    const sizes = new ResizeObserver(() => {
      chart.setSize({ width: element.clientWidth, height: element.clientHeight });
    });
    sizes.observe(element);
    return () => {
      sizes.disconnect();
      chart.destroy();
      plot.current = null;
    };
    // A chart is made anew when its lines or its colours are others; points only slide in.
  }, [names, theme]);

  useEffect(() => {
    // Scales are set anew with the data: a span that stays the same would draw nothing of what history brought.
    plot.current?.setData(data, true);
    plot.current?.setScale("x", { min: from, max: to });
  }, [data, from, to, names, theme, notes]);

  return (
    <figure className={css["chart"]} data-stale={isStale || undefined} aria-label={label}>
      <div ref={host} className={css["host"]} aria-hidden />
      <figcaption className={css["ends"]}>
        {series.map(({ id, label: name, points }, ix) => {
          const value = points.findLast((point) => point[1] !== null)?.[1];
          return (
            <span key={id} className={css["end"]} style={{ "--colour": `var(${colourOf(ix)})` } as React.CSSProperties}>
              <svg viewBox="0 0 22 6" width="1.375rem" height="0.375rem" aria-hidden>
                <path d="M0 3h22" stroke="var(--colour)" strokeWidth="2" strokeDasharray={dashOf(ix).join(" ")} />
              </svg>
              {name}
              <span className={css["last"]}>{value == null ? noData : `${format(value)}${unit === "" ? "" : `\u202f${unit}`}`}</span>
            </span>
          );
        })}
      </figcaption>
      {notes.length > 0 && (
        <ul className={css["notes"]}>
          {notes.map(({ id, letter, words }) => (
            <li key={id} className={css["note"]} title={words}>
              <b>{letter}</b> {words}
            </li>
          ))}
        </ul>
      )}
    </figure>
  );
}

/** All series on one time axis, as the canvas wants them. Times that a series lacks are bridged, its own nulls are gaps. */
export function join(series: readonly Series[]): uPlot.AlignedData {
  if (series.length === 0) return [[]];
  const tables = series.map(({ points }): uPlot.AlignedData => [points.map(([at]) => at), points.map(([, v]) => v)]);
  return uPlot.join(tables, tables.map(() => [2, 2]));
}

/** Labels of an axis. Where rounding would give two ticks the same word, only whole numbers get one. */
export function tickLabels(ticks: readonly number[], format: (value: number) => string): string[] {
  const labels = ticks.map(format);
  const isRounded = new Set(labels).size < labels.length;
  return labels.map((label, ix) => (isRounded && !Number.isInteger(ticks[ix]) ? "" : label));
}

function optionsOf(element: HTMLElement, latest: { readonly current: Props }): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(name).trim();
  const rem = parseFloat(style.fontSize);
  const font = `${0.75 * rem}px ${token("--font")}`;
  const axis = { stroke: token("--text-2"), font, ticks: { show: false }, gap: 6 };
  const { series, range, zone } = latest.current;
  return {
    width: element.clientWidth,
    height: element.clientHeight,
    padding: [8, 1.4 * rem, 0, 0],
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { size: 6 }, y: false },
    scales: { x: { time: true, auto: false }, y: range === null ? { range: (_, __, max) => [0, Math.max(1, max) * 1.15] } : { range: [range[0], range[1]] } },
    axes: [
      { ...axis, size: 1.6 * rem, space: 5 * rem, grid: { show: false }, values: (_, ticks) => ticks.map((tick) => timeOfDay(tick * 1000, zone, false)) },
      { ...axis, size: 2.9 * rem, space: 2.2 * rem, grid: { stroke: token("--line"), width: 1 }, values: (_, ticks) => tickLabels(ticks, latest.current.format) },
    ],
    series: [
      {},
      ...series.map((_, ix): uPlot.Series => ({ stroke: token(colourOf(ix)), width: WIDTH, dash: [...dashOf(ix)], points: { show: false }, spanGaps: false })),
    ],
    hooks: { draw: [(chart) => { drawNotes(chart, latest.current.notes ?? NO_NOTES, token, font); drawLimits(chart, latest.current.limits, token, font); }] },
  };
}

/** A line where a note begins, a shade as long as it lasts, its letter at the top. */
function drawNotes(chart: uPlot, notes: readonly ChartNote[], token: (name: string) => string, font: string): void {
  const { ctx, bbox } = chart;
  const within = (x: number) => Math.min(Math.max(x, bbox.left), bbox.left + bbox.width);
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = token("--text-2");
  ctx.lineWidth = devicePixelRatio;
  ctx.font = font.replace(/^[\d.]+/, (size) => String(Number(size) * devicePixelRatio));
  ctx.textAlign = "left";
  ctx.textBaseline = "top";
  for (const { from, to, letter } of notes) {
    const [begin, end] = [within(chart.valToPos(from, "x", true)), within(chart.valToPos(to, "x", true))];
    ctx.globalAlpha = 0.13;
    ctx.fillRect(begin, bbox.top, end - begin, bbox.height);
    ctx.globalAlpha = 1;
    ctx.setLineDash([devicePixelRatio, 2 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(Math.round(begin) + 0.5, bbox.top);
    ctx.lineTo(Math.round(begin) + 0.5, bbox.top + bbox.height);
    ctx.stroke();
    ctx.fillText(letter, begin + 3 * devicePixelRatio, bbox.top + 2 * devicePixelRatio);
  }
  ctx.restore();
}

function drawLimits(chart: uPlot, limits: readonly Limit[], token: (name: string) => string, font: string): void {
  const { ctx, bbox } = chart;
  const { min = 0, max = 0 } = chart.scales["y"] ?? {};
  for (const { value, level } of limits) {
    if (value < (min ?? 0) || value > (max ?? 0)) continue;
    const y = Math.round(chart.valToPos(value, "y", true)) + 0.5;
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = token(level === "warn" ? "--warn-text" : "--breach-text");
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([2 * devicePixelRatio, 4 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.font = font.replace(/^[\d.]+/, (size) => String(Number(size) * devicePixelRatio));
    ctx.textAlign = "left";
    ctx.textBaseline = "bottom";
    const word = level === "warn" ? t({ message: "warn", context: "a line in a chart" }) : t({ message: "limit", context: "a line in a chart" });
    // A halo keeps the word readable where a line crosses it.
    ctx.setLineDash([]);
    ctx.strokeStyle = token("--surface");
    ctx.lineWidth = 4 * devicePixelRatio;
    ctx.lineJoin = "round";
    ctx.strokeText(word, bbox.left + 4 * devicePixelRatio, y - 2 * devicePixelRatio);
    ctx.fillText(word, bbox.left + 4 * devicePixelRatio, y - 2 * devicePixelRatio);
    ctx.restore();
  }
}
