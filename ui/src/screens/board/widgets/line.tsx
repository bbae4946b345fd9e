// Values over time: what history knows, continued by the stream.
import { useQueries } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { historyQuery } from "../../../api/queries.ts";
import { figure, MISSING } from "../../../floor/present.ts";
import type { Note } from "../../../api/notes.ts";
import { LineChart, type ChartNote, type Series } from "../../../kit/line-chart.tsx";
import type { Figures } from "../../../live/figures.ts";
import { useEventSecond, useFigures, useLive, useShape } from "../../../live/hooks.ts";
import { useTrust } from "../../../parts/trust.ts";
import { useZone } from "../../../parts/zone.ts";
import { useNotes, usePast } from "../../../past/context.ts";
import { endOf, notesWithin } from "../../../past/notes.ts";
import { NOTE_WORDS, noteTime } from "../../../past/note-words.ts";
import { useLooks } from "../../../shell/looks.ts";
import { extend, mergeSeries, upTo, type Trail } from "./trail.ts";
import { isChosen } from "../../../floor/select.ts";
import { useBoard } from "../board-context.ts";
import type { WidgetProps } from "../widget-state.tsx";

/** How often the stream adds a point, seconds. */
const STEP_SECONDS = 10;
/** µs. */
const BUCKET = 600e6;

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
  const past = usePast();
  const notes = useNotes();
  const [opened] = useState(() => Math.floor((live.now() ?? 0) / 6e7) * 6e7);
  // While time is moved, what is known of its surroundings is not asked for again with each step.
  const known = past === null ? opened : Math.ceil((past * 1e6 + 1) / BUCKET) * BUCKET;
  const history = useQueries({
    queries: objects.map((row) => historyQuery(column?.key ?? "", row.object, known - span * 1e6 - (past === null ? 0 : BUCKET), known, isShared ? board : null)),
    combine: (results) => results.map((result) => result.data),
  });
  const trails = useTrails(of, span);
  const clock = useEventSecond(STEP_SECONDS);
  const figures = useFigures(of);
  const series = useMemo(
    (): readonly Series[] =>
      objects.map((row, ix) => {
        const points = past === null ? mergeSeries(history[ix] ?? [], trails.get(row.object) ?? []) : upTo(history[ix] ?? [], past, figures.rows.get(row.row)?.cells[0]);
        return { id: row.object, label: row.name, points };
      }),
    [objects, history, trails, past, figures],
  );
  const now = past === null ? clock : past * 1e6;
  const shown = useMemo(() => chartNotes(notes, now, span, objects.map(({ object }) => object), zone), [notes, now, span, objects, zone]);
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
      notes={shown}
    />
  );
}

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** Notes of the time that is drawn, about everything or about one of the objects, each with a letter. */
function chartNotes(notes: readonly Note[], now: number | null, span: number, objects: readonly string[], zone: string): readonly ChartNote[] {
  if (now === null) return [];
  return notesWithin(notes, now - span * 1e6, now, new Set(objects))
    .slice(0, LETTERS.length)
    .map((note, ix) => ({ id: note.id, letter: LETTERS[ix] ?? "", from: note.from / 1e6, to: endOf(note) / 1e6, words: `${NOTE_WORDS[note.kind]}, ${noteTime(note, zone)}: ${note.text}` }));
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
