// One number, as large as its frame allows; a click shows what it is made of.
import { Trans } from "@lingui/react/macro";
import { figure } from "../../../floor/present.ts";
import { headlineOf, missingWord } from "../../../floor/headline-figure.ts";
import { LEVEL_WORDS } from "../../../floor/thresholds.ts";
import { Mark } from "../../../kit/marks.tsx";
import { useFigures } from "../../../live/hooks.ts";
import { cellData, Figure, useLevel } from "../../../parts/figure.tsx";
import { useTrust } from "../../../parts/trust.ts";
import { useThen } from "../../../past/context.ts";
import { Difference, Differs } from "../../../past/difference.tsx";
import { Doubt } from "../../../past/doubt.tsx";
import { useBoard } from "../board-context.ts";
import { chosenRows, type WidgetProps } from "../widget-state.tsx";
import css from "./kpi.module.css";

export function KpiWidget(props: WidgetProps) {
  const { edit, isStill, expand } = useBoard();
  if (edit !== null || isStill) return <Kpi {...props} />;
  return (
    <button
      type="button"
      className={css["opens"]}
      onClick={() => {
        expand(props.widget.id);
      }}
    >
      <span className="heard">{props.widget.title}: </span>
      <Kpi {...props} />
      <span className="heard">, <Trans>show what it is made of</Trans></span>
    </button>
  );
}

function Kpi({ of, options }: WidgetProps) {
  const figures = useFigures(of);
  const trust = useTrust();
  const [column] = figures.shape.columns;
  const rows = chosenRows(figures, options);
  const shown = headlineOf(rows, figures.shape.columns, options);
  const threshold = column === undefined ? undefined : options.thresholds[column.statType];
  const thenFigures = useThen(of);
  const then = thenFigures === null ? null : headlineOf(chosenRows(thenFigures, options), thenFigures.shape.columns, options).value;
  const level = useLevel(trust.isStale ? null : shown.value, threshold);
  if (column === undefined) return null;
  const [only] = rows;

  if (rows.length === 1 && only !== undefined) {
    const [cell] = only.cells;
    return (
      <span className={css["kpi"]} {...cellData(only.object, column, cell, trust.isStale)}>
        <span className={css["value"]}>
          <Figure cell={cell} column={column} isStale={trust.isStale} broken={trust.broken} threshold={threshold} />
          <Doubt column={column} objects={[only.object]} />
        </span>
        <span className={css["note"]}>{only.name}</span>
        <Difference of={of} object={only.object} ix={0} cell={cell} column={column} />
      </span>
    );
  }
  return (
    <span className={css["kpi"]}>
      <span className={css["value"]} data-level={level} data-stale={trust.isStale || undefined}>
        {shown.value === null ? (
          <span className={css["none"]}>{missingWord(rows)}</span>
        ) : (
          <>
            <span>{figure(shown.value, column.unit)}</span>
            {column.unit === "percent" && <span className={css["unit"]}>%</span>}
            {level !== "calm" && <Mark level={level} label={LEVEL_WORDS[level]} />}
            <Doubt column={column} objects={rows.map(({ object }) => object)} />
          </>
        )}
      </span>
      <span className={css["note"]}>{shown.words}</span>
      <Differs now={shown.value} then={then} column={column} />
    </span>
  );
}
