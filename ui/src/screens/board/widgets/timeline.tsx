// What each agent did, minute by minute, since this page watches: states differ by colour, height and hatching.
import { byText } from "../../../kit/collate.ts";
import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { memo, useEffect, useState } from "react";
import { drawn, follow, type Lines, type Stretch } from "../../../floor/timeline.ts";
import { MISSING } from "../../../floor/present.ts";
import { KIND_WORDS, KINDS } from "../../../floor/states.ts";
import { duration, timeOfDay } from "../../../kit/format.ts";
import type { Row } from "../../../live/frame.ts";
import { useEventSecond, useLive, useShape } from "../../../live/hooks.ts";
import { Scroll } from "../../../kit/scroll.tsx";
import { StateShape } from "../../../parts/state-shape.tsx";
import { useTrust } from "../../../parts/trust.ts";
import { useZone } from "../../../parts/zone.ts";
import { chosenRows, type WidgetProps } from "../widget-state.tsx";
import css from "./timeline.module.css";

/** The picture moves on this often, seconds. */
const STEP = 5;
const LEGEND = KINDS.filter((kind) => kind !== "unknown");

export function TimelineWidget({ of, widget, options }: WidgetProps) {
  const live = useLive();
  const zone = useZone();
  const { isStale } = useTrust();
  const { columns } = useShape(of);
  const now = useEventSecond(STEP);
  const span = options.minutes * 60;
  const [lines, setLines] = useState<Lines>(new Map());
  const [opened] = useState(() => live.now());
  useEffect(() => {
    const take = () => {
      const { rows, shape, at } = live.figures(of);
      setLines((known) => follow(known, rows.values(), shape.columns, at, span));
    };
    take();
    return live.onFigures(of, take);
  }, [live, of, span]);
  if (now === null || columns.length === 0) return null;
  const end = now / 1e6;
  const begin = end - span;
  const rows = [...chosenRows(live.figures(of), options)].sort((a, b) => byText((a.groups[0] ?? ""), b.groups[0] ?? "") || byText(a.name, b.name));
  const ticks = ticksOf(begin, end);
  return (
    <div className={css["area"]} data-stale={isStale || undefined}>
      <div className={css["axis"]} aria-hidden>
        {ticks.map((at) => (
          <span key={at} className={css["tick"]} style={{ left: `${(100 * (at - begin)) / span}%` }}>
            {timeOfDay(at * 1000, zone, false)}
          </span>
        ))}
      </div>
      <Scroll label={widget.title} className={css["lines"]}>
      <ul>
        {rows.map((row) => (
          <Line key={row.row} row={row} line={lines.get(row.row) ?? NONE} begin={begin} end={end} zone={zone} />
        ))}
      </ul>
      </Scroll>
      <div className={css["legend"]}>
        {LEGEND.map((kind) => (
          <span key={kind} className={css["key"]}>
            <StateShape kind={kind} /> {KIND_WORDS[kind]}
          </span>
        ))}
        {opened !== null && opened / 1e6 > begin && <span className={css["since"]}><Trans>Changes are known since {timeOfDay(opened / 1000, zone, false)}, when this was opened</Trans></span>}
      </div>
    </div>
  );
}

const NONE: readonly Stretch[] = [];

const Line = memo(function Line({ row, line, begin, end, zone }: { readonly row: Row; readonly line: readonly Stretch[]; readonly begin: number; readonly end: number; readonly zone: string }) {
  const span = end - begin;
  const shown = drawn(line, begin, end);
  const last = shown.at(-1);
  return (
    <li className={css["line"]}>
      <span className={css["name"]}>{row.name}</span>
      <span className={css["track"]} aria-hidden>
        {shown.map((part) => (
          <span
            key={part.from}
            className={css["part"]}
            data-kind={part.kind}
            title={t`${part.words}, ${timeOfDay(part.from * 1000, zone)} for ${duration(part.to - part.from)}`}
            style={{ left: `${(100 * (part.from - begin)) / span}%`, width: `${(100 * (part.to - part.from)) / span}%` }}
          />
        ))}
      </span>
      <span className="heard">{last === undefined ? MISSING.no_data : t`${last.words}, for ${duration(last.to - last.from)}; ${plural(shown.length - 1, { one: "# change before", other: "# changes before" })}`}</span>
    </li>
  );
});

/** Round times of day, about six of them. */
function ticksOf(begin: number, end: number): readonly number[] {
  const step = [300, 600, 900, 1800, 3600, 7200, 14_400].find((each) => (end - begin) / each <= 8) ?? 14_400;
  const first = Math.ceil(begin / step) * step;
  return Array.from({ length: Math.max(0, Math.floor((end - first) / step) + 1) }, (_, ix) => first + ix * step);
}
