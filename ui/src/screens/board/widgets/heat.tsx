// One statistic by object and interval: where in the day was it busy, or bad?
import { byText } from "../../../kit/collate.ts";
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";
import { historyQuery } from "../../../api/queries.ts";
import { byInterval, foldFor, intervals, shade } from "../../../floor/heat.ts";
import { figure } from "../../../floor/present.ts";
import { isChosen } from "../../../floor/select.ts";
import { timeOfDay } from "../../../kit/format.ts";
import { useEventSecond, useLive, useShape } from "../../../live/hooks.ts";
import { useZone } from "../../../parts/zone.ts";
import { useBoard } from "../board-context.ts";
import { Scroll } from "../../../kit/scroll.tsx";
import type { WidgetProps } from "../widget-state.tsx";
import css from "./heat.module.css";

/** How often history is asked again, seconds. */
const AGAIN = 60;
const ROWS_MAX = 30;

export function HeatWidget({ of, widget, options: { minutes, step: stepMinutes, select } }: WidgetProps) {
  const { columns, rows: keys } = useShape(of);
  const live = useLive();
  const zone = useZone();
  const { board, isShared } = useBoard();
  const now = useEventSecond(AGAIN);
  const [column] = columns;
  const rows = useMemo(
    () =>
      keys
        .flatMap((key) => live.row(of, key) ?? [])
        .filter((row) => isChosen(row, select))
        .sort((a, b) => byText(a.name, b.name))
        .slice(0, ROWS_MAX),
    [keys, live, of, select],
  );
  const step = stepMinutes * 60;
  const to = (now ?? 0) / 1e6;
  const starts = intervals(to - minutes * 60, to, step);
  const begin = (starts[0] ?? to) * 1e6;
  const history = useQueries({ queries: now === null || column === undefined ? [] : rows.map((row) => historyQuery(column.key, row.object, begin, now, isShared ? board : null)) });
  if (column === undefined || now === null) return null;
  const fold = foldFor(column);
  const table = rows.map((row, ix) => ({ row, values: byInterval((history[ix]?.data ?? []).map(({ at, v }) => [at / 1e6, v] as const), starts, step, fold) }));
  const known = table.flatMap(({ values }) => values.flatMap((value) => value ?? []));
  const high = Math.max(0, ...known);
  // A count of nothing is the lowest; a share or a mean is told apart from the others.
  const low = fold === "growth" ? 0 : Math.min(high, ...known);
  return (
    <Scroll label={widget.title} className={css["area"]}>
      <table className={css["table"]} aria-label={widget.title} style={{ "--intervals": starts.length } as React.CSSProperties}>
        <thead>
          <tr>
            <th scope="col" className={css["corner"]}>
              <span className="heard"><Trans>Object</Trans></span>
            </th>
            {starts.map((start, ix) => (
              <th key={start} scope="col" className={css["time"]} data-shown={ix % Math.max(1, Math.round(60 / stepMinutes)) === 0 || undefined}>
                <span>{timeOfDay(start * 1000, zone, false)}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.map(({ row, values }) => (
            <tr key={row.object}>
              <th scope="row" className={css["name"]}>
                {row.name}
              </th>
              {values.map((value, ix) => (
                <td key={starts[ix]} className={css["cell"]} data-shade={shade(value, low, high)} title={`${row.name}, ${timeOfDay((starts[ix] ?? 0) * 1000, zone, false)}: ${value === null ? t`no data` : figure(value, column.unit)}`}>
                  {value === null ? <span className="heard"><Trans>no data</Trans></span> : figure(Math.round(value * 10) / 10, column.unit)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p className={css["foot"]}>{fold === "growth" ? t`How many in each ${stepMinutes} minutes. Hatched: nothing is known.` : t`Mean of each ${stepMinutes} minutes. Hatched: nothing is known.`}</p>
    </Scroll>
  );
}
