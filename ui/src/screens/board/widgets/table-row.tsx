// A row of a board's table: an object, or a group with the sub-totals of its objects.
import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { createContext, memo, use, useCallback } from "react";
import { figure } from "../../../floor/present.ts";
import { toneOf } from "../../../floor/formats.ts";
import { subtotal } from "../../../floor/subtotals.ts";
import { GridCell, GridRow } from "../../../kit/grid/row.tsx";
import type { GridColumn, RowProps } from "../../../kit/grid/types.ts";
import { Icon } from "../../../kit/icon.tsx";
import type { Figures } from "../../../live/figures.ts";
import { rowKey, type Column, type Row, type RowKey } from "../../../live/frame.ts";
import { useRow, useSampled } from "../../../live/hooks.ts";
import { IN_STATE } from "../../../parts/grid-columns.ts";
import { InState } from "../../../parts/in-state.tsx";
import { LiveCell, useGridSetting } from "../../../parts/live-row.tsx";
import css from "./table-row.module.css";

export interface GroupView {
  readonly of: string;
  readonly columns: ReadonlyMap<string, { readonly ix: number; readonly column: Column }>;
  readonly members: ReadonlyMap<string, readonly RowKey[]>;
  readonly all: readonly RowKey[];
  readonly closed: ReadonlySet<string>;
}

export const GroupContext = createContext<GroupView | null>(null);

const MARK = "\u0001";

/** The key of a group's row; null: of the row for all. */
export const groupKey = (group: string | null): RowKey => rowKey(group === null ? MARK : `${MARK}${group}`);

/** The group of such a key; undefined: it is the key of an object. */
export function groupOfKey(key: RowKey): string | null | undefined {
  if (typeof key !== "string" || !key.startsWith(MARK)) return undefined;
  return key === MARK ? null : key.slice(MARK.length);
}

export const TableRow = memo(function TableRow(props: RowProps<RowKey>) {
  const group = groupOfKey(props.rowKey);
  return group === undefined ? <ObjectRow {...props} /> : <GroupRow {...props} group={group} />;
});

function ObjectRow({ rowKey: key, index, top, columns, focusColumn, isSelected }: RowProps<RowKey>) {
  const { key: of, formats = [], pinned = [], places } = useGridSetting();
  const row = useRow(of, key);
  if (row === undefined) return null;
  const tone = formats.length === 0 ? null : toneOf(formats, (statistic) => cellOf(row, places, statistic));
  return (
    <GridRow index={index} top={top} isSelected={isSelected} data={{ "data-row-object": row.object, "data-tone": tone ?? undefined }}>
      {columns.map((column, ix) => {
        const place = { place: `${index}:${ix}`, isFocused: focusColumn === ix, align: column.align };
        if (column.id === "name") {
          return (
            <GridCell key={column.id} {...place} isHead>
              <span className={css["name"]}>{row.name}</span>
              {pinned.includes(row.object) && (
                <span className={css["pin"]} title={t`Pinned`}>
                  <Icon name="pin" />
                </span>
              )}
            </GridCell>
          );
        }
        if (column.id === IN_STATE) {
          return (
            <GridCell key={column.id} {...place}>
              <InState row={row} />
            </GridCell>
          );
        }
        return <LiveCell key={column.id} row={row} column={column} index={index} ix={ix} focusColumn={focusColumn} />;
      })}
    </GridRow>
  );
}

function cellOf(row: Row, places: ReadonlyMap<string, { readonly ix: number; readonly column: Column }>, statistic: string) {
  const place = places.get(statistic) ?? [...places.values()].find(({ column }) => column.statType === statistic);
  return place === undefined ? undefined : row.cells[place.ix];
}

function GroupRow({ group, index, top, columns, focusColumn, isSelected }: RowProps<RowKey> & { readonly group: string | null }) {
  const view = use(GroupContext);
  const keys = group === null ? view?.all : view?.members.get(group);
  const rows = useSampled(
    view?.of ?? "",
    1000,
    useCallback((figures: Figures) => (keys ?? []).flatMap((key) => figures.rows.get(key) ?? []), [keys]),
  );
  if (view === null) return null;
  const all = [...view.columns.values()].map(({ column }) => column);
  const isClosed = group !== null && view.closed.has(group);
  return (
    <GridRow index={index} top={top} isSelected={isSelected} data={{ "data-group": group ?? "" }}>
      {columns.map((column, ix) => {
        const place = { place: `${index}:${ix}`, isFocused: focusColumn === ix, align: column.align };
        if (column.id === "name") {
          return (
            <GridCell key={column.id} {...place} isHead>
              {group !== null && (
                <svg className={css["fold"]} data-closed={isClosed || undefined} viewBox="0 0 12 12" width="0.75rem" height="0.75rem" aria-hidden>
                  <path d="m3 4.5 3 3 3-3" fill="none" stroke="currentColor" strokeWidth="1.5" />
                </svg>
              )}
              <span className={css["group"]}>{group ?? t`All`}</span>
              <span className={css["count"]}>{t`${plural(rows.length, { one: "# row", other: "# rows" })}`}</span>
              {isClosed && <span className="heard">, <Trans>closed</Trans></span>}
            </GridCell>
          );
        }
        return (
          <GridCell key={column.id} {...place}>
            <Sum rows={rows} columns={all} place={view.columns.get(column.id)} of={column} />
          </GridCell>
        );
      })}
    </GridRow>
  );
}

function Sum({ rows, columns, place, of }: { readonly rows: readonly Row[]; readonly columns: readonly Column[]; readonly place: { readonly column: Column } | undefined; readonly of: GridColumn }) {
  if (place === undefined || place.column.unit === "status") return null;
  const { value, isPartial, words } = subtotal(rows, columns, place.column);
  const title = isPartial ? t`${of.title}: ${words}; some rows have no value` : `${of.title}: ${words}`;
  if (value === null) return <span className={css["nothing"]} title={title} aria-label={words} role="img" />;
  return (
    <span className={css["sum"]} title={title}>
      {figure(value, place.column.unit)}
      {place.column.unit === "percent" && <span className={css["unit"]}>%</span>}
      {isPartial && <span className={css["corner"]} aria-hidden />}
    </span>
  );
}
