// One figure on its scale.
import { headlineOf, missingWord } from "../../../floor/headline-figure.ts";
import { figure } from "../../../floor/present.ts";
import { LEVEL_WORDS } from "../../../floor/thresholds.ts";
import { gaugeMax } from "../../../floor/scale.ts";
import { Gauge } from "../../../kit/gauge.tsx";
import { THIN } from "../../../kit/format.ts";
import { useFigures } from "../../../live/hooks.ts";
import { useLevel } from "../../../parts/figure.tsx";
import { useTrust } from "../../../parts/trust.ts";
import { useThen } from "../../../past/context.ts";
import { Differs } from "../../../past/difference.tsx";
import { Doubt } from "../../../past/doubt.tsx";
import { chosenRows, type WidgetProps } from "../widget-state.tsx";
import css from "./gauge.module.css";

export function GaugeWidget({ of, widget, options }: WidgetProps) {
  const figures = useFigures(of);
  const { isStale } = useTrust();
  const [column] = figures.shape.columns;
  const rows = chosenRows(figures, options);
  const { value, words } = headlineOf(rows, figures.shape.columns, options);
  const threshold = column === undefined ? undefined : options.thresholds[column.statType];
  const level = useLevel(isStale ? null : value, threshold);
  const thenFigures = useThen(of);
  const then = thenFigures === null ? null : headlineOf(chosenRows(thenFigures, options), thenFigures.shape.columns, options).value;
  if (column === undefined) return null;
  const max = options.scaleTo ?? gaugeMax(column.unit, value, threshold);
  const unit = column.unit === "percent" ? `${THIN}%` : "";
  const limits = (["warn", "breach"] as const).flatMap((kind) => {
    const limit = threshold?.[kind];
    return limit == null ? [] : [{ level: kind, value: limit }];
  });
  const text = value === null ? "" : `${figure(value, column.unit)}${unit}`;
  return (
    <figure className={css["area"]}>
      <div className={css["dial"]}>
        <Gauge value={value} max={max} text={text} level={level} limits={limits} ends={[figure(0, column.unit), `${figure(max, column.unit)}${unit}`]} isStale={isStale} />
      </div>
      <figcaption className={css["note"]}>
        <span className="heard">{`${widget.title}: ${value === null ? missingWord(rows) : text}${level === "calm" ? "" : `, ${LEVEL_WORDS[level]}`}. `}</span>
        <span className={css["words"]}>
          {value === null ? missingWord(rows) : words}
          <Doubt column={column} objects={rows.map(({ object }) => object)} />
        </span>
        <Differs now={value} then={then} column={column} />
      </figcaption>
    </figure>
  );
}
