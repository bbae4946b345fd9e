// One object beside its board: every value with what it means.
import { t } from "@lingui/core/macro";
import { lazy, Suspense, useEffect, useRef, useState, type ReactNode } from "react";
import { SHOWN, shortTitle } from "../floor/statistics.ts";
import { levelOf, STATE_LIMITS, type Thresholds } from "../floor/thresholds.ts";
import { floorState } from "../floor/states.ts";
import { IconButton } from "../kit/icon-button.tsx";
import type { MadeFigure } from "../made/made-window.tsx";
import { partsOf } from "../made/parts.ts";
import { WatchWindow } from "../watches/watch-window.tsx";
import { useFigures } from "../live/hooks.ts";
import { usePast } from "../past/context.ts";
import { Difference } from "../past/difference.tsx";
import { DoubtNotes } from "../past/doubt.tsx";
import { Elapsed } from "./elapsed.tsx";
import { cellData, Figure } from "./figure.tsx";
import css from "./inspector.module.css";
import { useToday } from "./zone.ts";
import { useTrust } from "./trust.ts";

const MadeWindow = lazy(() => import("../made/made-window.tsx"));

interface Props {
  readonly of: string;
  readonly object: string;
  readonly thresholds: Thresholds;
  readonly onClose: () => void;
  /** Below the values: the way on. */
  readonly foot?: ReactNode;
}

export function Inspector({ of, object, thresholds, onClose, foot }: Props) {
  const { rows, shape, phase, at } = useFigures(of);
  const trust = useTrust();
  const past = usePast();
  const today = useToday();
  const [asked, setAsked] = useState<number | null>(null);
  const [made, setMade] = useState<MadeFigure | null>(null);
  const askedColumn = asked === null ? undefined : shape.columns[asked];
  const panel = useRef<HTMLElement>(null);
  const row = [...rows.values()].find((each) => each.object === object);

  useEffect(() => {
    const before = document.activeElement;
    panel.current?.focus({ preventScroll: true });
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);

  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Escape closes it from anywhere inside
    <aside
      ref={panel}
      className={css["panel"]}
      aria-label={row?.name ?? object}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key === "Escape" && asked === null && made === null) onClose();
      }}
    >
      <header className={css["head"]}>
        <div>
          <h2 className={css["name"]}>{row?.name ?? object}</h2>
          <p className={css["sub"]}>{[object, ...(row?.groups ?? [])].join(" · ")}</p>
        </div>
        <button type="button" className={css["close"]} onClick={onClose} aria-label={t`Close`}>
          <svg viewBox="0 0 12 12" width="0.875rem" height="0.875rem" aria-hidden>
            <path d="m2 2 8 8m0-8-8 8" stroke="currentColor" strokeWidth="1.5" />
          </svg>
        </button>
      </header>
      {row === undefined ? (
        <p className={css["none"]}>{phase === "opening" ? t`Loading` : t`This is not among the objects you can see now.`}</p>
      ) : (
        <dl className={css["list"]}>
          {shape.columns.map((column, ix) => {
            const cell = row.cells[ix];
            const state = typeof cell?.v === "object" && cell.v !== null ? cell.v : null;
            return (
              <div key={column.key} className={css["item"]} {...cellData(row.object, column, cell, trust.isStale)}>
                <dt className={css["title"]}>
                  {column.title === "" ? shortTitle(column.statType) : column.title}
                  <span className={css["span"]} title={SHOWN[column.statType]?.span === "now" ? undefined : today.sentence}>{SHOWN[column.statType]?.span === "now" ? today.now : today.word}</span>
                </dt>
                <dd className={css["value"]}>
                  <Figure cell={cell} column={column} isStale={trust.isStale} broken={trust.broken} threshold={thresholds[column.statType]} />
                  <Difference of={of} object={row.object} ix={ix} cell={cell} column={column} />
                  {at !== null && cell !== undefined && cell.v !== null && (
                    <IconButton
                      small
                      icon="sum"
                      label={t`What made this number: ${column.title === "" ? shortTitle(column.statType) : column.title}`}
                      onPress={() => {
                        setMade({ column, object: row.object, name: row.name, at, shown: numberOf(cell.v), parts: partsOf(of, ix, shape.columns, row.cells) });
                      }}
                    />
                  )}
                  {state === null && past === null && !column.key.startsWith("formula|") && (
                    <IconButton
                      small
                      icon="bell"
                      label={t`Tell me when: ${column.title === "" ? shortTitle(column.statType) : column.title}`}
                      onPress={() => {
                        setAsked(ix);
                      }}
                    />
                  )}
                  {state !== null && <Elapsed since={state.since} isStale={trust.isStale} levelAt={(s) => levelOf(s, STATE_LIMITS[floorState(state).kind])} />}
                </dd>
                <DoubtNotes column={column} object={row.object} />
                {column.words !== "" && <dd className={css["words"]}>{column.words}</dd>}
              </div>
            );
          })}
        </dl>
      )}
      {row !== undefined && askedColumn !== undefined && asked !== null && (
        <WatchWindow
          of={{ objectType: row.objectType, object: row.object, name: row.name, statistic: askedColumn.statType, title: shortTitle(askedColumn.statType, askedColumn.title), unit: askedColumn.unit }}
          value={numberOf(row.cells[asked]?.v)}
          onClose={() => {
            setAsked(null);
          }}
        />
      )}
      {made !== null && (
        <Suspense>
          <MadeWindow
            figure={made}
            onPart={setMade}
            onClose={() => {
              setMade(null);
            }}
          />
        </Suspense>
      )}
      {foot !== undefined && <footer className={css["foot"]}>{foot}</footer>}
    </aside>
  );
}

const numberOf = (value: unknown): number | null => (typeof value === "number" ? value : null);
