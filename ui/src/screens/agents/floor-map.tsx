// The floor as seats: everyone has a fixed place in their group, only states change.
import { memo } from "react";
import { numberOf } from "../../floor/object-types.ts";
import { MISSING } from "../../floor/present.ts";
import { floorState, phrase } from "../../floor/states.ts";
import { levelOf, STATE_LIMITS } from "../../floor/thresholds.ts";
import type { RowKey } from "../../live/frame.ts";
import { useElapsed, useRow, useShape } from "../../live/hooks.ts";
import { Elapsed } from "../../parts/elapsed.tsx";
import { cellData } from "../../parts/figure.tsx";
import { StateShape } from "../../parts/state-shape.tsx";
import { useTrust } from "../../parts/trust.ts";
import css from "./floor-map.module.css";
import { statusOf, type Selected } from "./select.ts";

interface Props {
  readonly of: string;
  readonly seats: Selected["seats"];
  readonly onOpen: (row: RowKey) => void;
}

export function FloorMap({ of, seats, onOpen }: Props) {
  const { isStale } = useTrust();
  return (
    <div className={css["map"]} data-testid="floor-map">
      <div className={css["columns"]}>
        {seats.map(({ group, rows }) => (
          <section key={group} className={css["group"]} aria-label={group}>
            <h2 className={css["title"]}>
              {group}
              <span className={css["count"]}>{numberOf("Agent", rows.length)}</span>
            </h2>
            <ul className={css["seats"]}>
              {rows.map((row) => (
                <Seat key={row} of={of} row={row} isStale={isStale} onOpen={onOpen} />
              ))}
            </ul>
          </section>
        ))}
      </div>
    </div>
  );
}

interface SeatProps {
  readonly of: string;
  readonly row: RowKey;
  readonly isStale: boolean;
  readonly onOpen: (row: RowKey) => void;
}

const Seat = memo(function Seat({ of, row: key, isStale, onOpen }: SeatProps) {
  const row = useRow(of, key);
  const { columns } = useShape(of);
  const status = row === undefined ? null : statusOf(row, columns);
  const seconds = useElapsed(status?.since ?? null);
  if (row === undefined) return null;
  const state = status === null ? null : floorState(status);
  const limits = state === null ? undefined : STATE_LIMITS[state.kind];
  const level = levelOf(seconds, limits);
  const ix = columns.findIndex((column) => column.unit === "status");
  const column = columns[ix];
  return (
    <li>
      <button
        type="button"
        className={css["seat"]}
        data-kind={state?.kind}
        data-level={isStale ? "calm" : level}
        onClick={() => {
          onOpen(key);
        }}
        {...(column === undefined ? {} : cellData(row.object, column, row.cells[ix], isStale))}
      >
        <StateShape kind={state?.kind ?? "unknown"} />
        <span className={css["name"]}>{row.name}</span>
        <span className={css["time"]}>{status !== null && <Elapsed since={status.since} isStale={isStale} levelAt={(s) => levelOf(s, limits)} />}</span>
        <span className={css["state"]}>{state === null ? MISSING.no_data : phrase(state)}</span>
      </button>
    </li>
  );
});
