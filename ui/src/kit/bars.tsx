// Stacked bars on one scale, each with its whole in figures; parts are told apart by place and gap, and by name on hover.
import { t } from "@lingui/core/macro";
import type { ReactNode } from "react";
import css from "./bars.module.css";
import { Scroll } from "./scroll.tsx";

export interface Bar {
  readonly id: string;
  readonly name: string;
  readonly total: string;
  readonly parts: readonly { readonly id: string; readonly value: number; readonly text: string }[];
}

interface Props {
  readonly legend: readonly { readonly id: string; readonly colour: string; readonly label: ReactNode }[];
  readonly bars: readonly Bar[];
  readonly isStale: boolean;
}

export function StackedBars({ legend, bars, isStale }: Props) {
  const most = Math.max(1, ...bars.map(({ parts }) => parts.reduce((n, { value }) => n + value, 0)));
  const colours = new Map(legend.map(({ id, colour }) => [id, colour]));
  return (
    <div className={css["area"]} data-stale={isStale || undefined}>
      <Scroll label={t`Bars`} className={css["bars"]}>
      <ul>
        {bars.map((bar) => (
          <li key={bar.id} className={css["bar"]}>
            <span className={css["name"]}>{bar.name}</span>
            <span className={css["track"]} aria-hidden>
              {bar.parts.map(({ id, value, text }) => value > 0 && <span key={id} className={css["part"]} data-hatch={id} title={text} style={{ width: `${(100 * value) / most}%`, background: colours.get(id) }} />)}
            </span>
            <span className={css["total"]}>{bar.total}</span>
            <span className="heard">{bar.parts.map(({ text }) => text).join(", ")}</span>
          </li>
        ))}
      </ul>
      </Scroll>
      <ul className={css["legend"]} aria-hidden>
        {legend.map(({ id, colour, label }) => (
          <li key={id} className={css["key"]}>
            {typeof label === "string" && <span className={css["swatch"]} style={{ background: colour }} />}
            {label}
          </li>
        ))}
      </ul>
    </div>
  );
}
