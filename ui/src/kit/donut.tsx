// Shares of a whole as a ring, with the whole in the middle and a list that says it all in words.
import { t } from "@lingui/core/macro";
import type { ReactNode } from "react";
import css from "./donut.module.css";
import { Scroll } from "./scroll.tsx";

export interface Slice {
  readonly id: string;
  readonly label: ReactNode;
  readonly value: number;
  readonly text: string;
  /** A CSS colour, from a token. */
  readonly colour: string;
}

interface Props {
  readonly slices: readonly Slice[];
  readonly total: string;
  readonly caption: string;
  readonly isStale: boolean;
}

const RADIUS = 42;
const ROUND = 2 * Math.PI * RADIUS;
/** Between slices, so that neighbours are told apart without colour. */
const GAP = 2;

export function Donut({ slices, total, caption, isStale }: Props) {
  const sum = slices.reduce((n, { value }) => n + value, 0);
  const arcs = slices.filter(({ value }) => value > 0).reduce<{ readonly slice: Slice; readonly from: number; readonly length: number }[]>((done, slice) => {
    const last = done.at(-1);
    return [...done, { slice, from: last === undefined ? 0 : last.from + last.length, length: (slice.value / sum) * ROUND }];
  }, []);
  return (
    <div className={css["donut"]} data-stale={isStale || undefined}>
      <svg className={css["ring"]} viewBox="0 0 100 100" aria-hidden>
        <circle cx="50" cy="50" r={RADIUS} className={css["track"]} />
        {arcs.map(({ slice, from, length }) => (
          <circle
            key={slice.id}
            cx="50"
            cy="50"
            r={RADIUS}
            className={css["slice"]}
            stroke={slice.colour}
            strokeDasharray={`${Math.max(0.5, length - (arcs.length > 1 ? GAP : 0))} ${ROUND}`}
            strokeDashoffset={-from}
          />
        ))}
        <text x="50" y="46" className={css["total"]}>
          {total}
        </text>
        <text x="50" y="64" className={css["caption"]}>
          {caption}
        </text>
      </svg>
      <Scroll label={t`Shares`} className={css["list"]}>
      <ul>
        {slices.map((slice) => (
          <li key={slice.id} className={css["item"]} data-zero={slice.value === 0 || undefined}>
            <span className={css["label"]}>{slice.label}</span>
            <span className={css["text"]}>{slice.text}</span>
            <span className={css["share"]}>{sum > 0 ? `${Math.round((100 * slice.value) / sum)}\u202f%` : ""}</span>
          </li>
        ))}
      </ul>
      </Scroll>
    </div>
  );
}
