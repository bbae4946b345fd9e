// Several statistics below each other: of one object, or over all that are chosen.
import { shortTitle } from "../../../floor/statistics.ts";
import { headlineOf, missingWord } from "../../../floor/headline-figure.ts";
import { figure } from "../../../floor/present.ts";
import { intervalWord, commonInterval } from "../../../floor/interval.ts";
import { LEVEL_WORDS } from "../../../floor/thresholds.ts";
import { Scroll } from "../../../kit/scroll.tsx";
import { Mark } from "../../../kit/marks.tsx";
import type { Column, Row } from "../../../live/frame.ts";
import { useFigures } from "../../../live/hooks.ts";
import { cellData, Figure, useLevel } from "../../../parts/figure.tsx";
import { useToday } from "../../../parts/zone.ts";
import { useTrust } from "../../../parts/trust.ts";
import { useThen } from "../../../past/context.ts";
import { Difference, Differs } from "../../../past/difference.tsx";
import { Doubt } from "../../../past/doubt.tsx";
import { chosenRows, type WidgetProps } from "../widget-state.tsx";
import css from "./list.module.css";

export function ListWidget({ of, widget, options }: WidgetProps) {
  const { shape, ...figures } = useFigures(of);
  const rows = chosenRows({ shape, ...figures }, options);
  const { word: today, now } = useToday();
  const isMixed = commonInterval(shape.columns) === null;
  const [only] = rows;
  return (
    <Scroll label={widget.title} className={css["area"]}>
      {rows.length === 1 && only !== undefined && <p className={css["who"]}>{only.name}</p>}
      <dl className={css["list"]}>
        {shape.columns.map((column, ix) =>
          options.support.has(column.statType) ? null : (
            <div key={column.key} className={css["item"]}>
              <dt className={css["title"]} title={column.words}>
                {shortTitle(column.statType, column.title)}
                {isMixed && <span className={css["interval"]}>{intervalWord(column, today, now)}</span>}
              </dt>
              <dd className={css["value"]}>{rows.length === 1 && only !== undefined ? <One of={of} row={only} column={column} ix={ix} options={options} /> : <Whole of={of} rows={rows} columns={shape.columns} column={column} ix={ix} options={options} />}</dd>
            </div>
          ),
        )}
      </dl>
    </Scroll>
  );
}

type Of = Pick<WidgetProps, "of" | "options"> & { readonly column: Column; readonly ix: number };

function One({ of, row, column, ix, options }: Of & { readonly row: Row }) {
  const trust = useTrust();
  return (
    <span {...cellData(row.object, column, row.cells[ix], trust.isStale)}>
      <Doubt column={column} objects={[row.object]} />
      <Figure cell={row.cells[ix]} column={column} isStale={trust.isStale} broken={trust.broken} threshold={options.thresholds[column.statType]} />
      <Difference of={of} object={row.object} ix={ix} cell={row.cells[ix]} column={column} />
    </span>
  );
}

function Whole({ of, rows, columns, column, ix, options }: Of & { readonly rows: readonly Row[]; readonly columns: readonly Column[] }) {
  const trust = useTrust();
  const { value, words } = headlineOf(rows, columns, options, ix);
  const level = useLevel(trust.isStale ? null : value, options.thresholds[column.statType]);
  const thenFigures = useThen(of);
  const then = thenFigures === null ? null : headlineOf(chosenRows(thenFigures, options), thenFigures.shape.columns, options, ix).value;
  if (value === null) return <span className={css["none"]}>{missingWord(rows, ix)}</span>;
  return (
    <span className={css["figure"]} data-level={level} data-stale={trust.isStale || undefined} title={words}>
      {level !== "calm" && <Mark level={level} label={LEVEL_WORDS[level]} />}
      {figure(value, column.unit)}
      {column.unit === "percent" && <span className={css["unit"]}>%</span>}
      <Doubt column={column} objects={rows.map(({ object }) => object)} />
      <Differs now={value} then={then} column={column} />
    </span>
  );
}
