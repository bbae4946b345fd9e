// A live table inside a board: sorted by several columns, grouped with sub-totals, with pinned rows and conditional formats.
import { t } from "@lingui/core/macro";
import { use, useCallback, useMemo, useState } from "react";
import { homeOf, pinnedFirst, underGroups } from "../../../floor/arrange.ts";
import { compareQueues, judgeQueue } from "../../../floor/attention.ts";
import { commonInterval } from "../../../floor/interval.ts";
import { typeWord } from "../../../floor/object-types.ts";
import type { WidgetOptions } from "../../../floor/options.ts";
import { Grid } from "../../../kit/grid/grid.tsx";
import { useSettled } from "../../../kit/grid/settled.ts";
import type { Sort } from "../../../kit/grid/types.ts";
import { Notice } from "../../../kit/notice.tsx";
import type { Figures } from "../../../live/figures.ts";
import type { Row, RowKey } from "../../../live/frame.ts";
import { useAtOf, useSampled, useShape } from "../../../live/hooks.ts";
import { compareRows } from "../../../parts/compare.ts";
import { gridColumns } from "../../../parts/grid-columns.ts";
import { GridContext } from "../../../parts/live-row.tsx";
import { nextSorts, readSorts, writeSorts } from "../../../parts/sorts.ts";
import { useToday } from "../../../parts/zone.ts";
import { CompareContext } from "../../../past/context.ts";
import { useTrust } from "../../../parts/trust.ts";
import { useLooks } from "../../../shell/looks.ts";
import { statusOf } from "../../agents/select.ts";
import { useBoard } from "../board-context.ts";
import { chosenRows, type WidgetProps } from "../widget-state.tsx";
import { GroupContext, groupKey, groupOfKey, TableRow, type GroupView } from "./table-row.tsx";

export function GridWidget({ of, widget, options }: WidgetProps) {
  const { board, open, edit, isShared, isStill } = useBoard();
  const { thresholds, density, support, sparks, formats } = options;
  const shape = useShape(of);
  const trust = useTrust();
  const at = useAtOf([of]);
  const isWall = useLooks().drawn === "wall";
  const [sortText, setSortText] = useState(options.sort);
  const [authored, setAuthored] = useState(options.sort);
  // The author's order, changed while one looks, is followed.
  if (authored !== options.sort) {
    setAuthored(options.sort);
    setSortText(options.sort);
  }
  const sorts = useMemo(() => readSorts(sortText), [sortText]);
  const nameTitle = typeWord(widget.query?.object_type ?? "");
  // What all columns cover stands in the widget's title line; else each says it for itself.
  const isMixed = commonInterval(shape.columns.filter(({ statType }) => !support.has(statType))) === null;
  const { word: today, now } = useToday();
  const isCompared = use(CompareContext) !== null;
  const columns = useMemo(() => gridColumns(shape.columns, { nameTitle, isBanded: isMixed, hidden: support, sparks, isCompared, today, now }), [today, now, shape.columns, nameTitle, isMixed, support, sparks, isCompared]);
  const compute = useCallback((figures: Figures) => orderOf(figures, options, sorts), [sorts, options]);
  const wanted = useSampled(of, 1000, compute);
  const known = useSampled(of, 1000, homesOf);
  const { order, hold } = useSettled(wanted, `${sortText ?? ""}|${shape.rows.length === 0 ? "" : "rows"}|${JSON.stringify(options.select)}`);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const groups = useMemo((): GroupView | null => {
    if (!options.isGrouped) return null;
    const made = underGroups(order, (key) => homeOf(known.get(key) ?? { groups: [] }, options.select.groups));
    return { of, columns: columns.places, members: new Map(made.map(({ name, rows }) => [name, rows])), all: order, closed };
  }, [options.isGrouped, options.select.groups, order, known, of, columns.places, closed]);
  const rows = useMemo(() => {
    const pinned = pinnedFirst(order, (key) => known.get(key)?.object ?? "", options.pinned);
    if (groups === null) return pinned;
    const top = pinned.filter((key) => options.pinned.includes(known.get(key)?.object ?? ""));
    return [groupKey(null), ...top, ...[...groups.members].flatMap(([name, members]) => [groupKey(name), ...(closed.has(name) ? [] : members.filter((key) => !top.includes(key)))])];
  }, [order, known, options.pinned, groups, closed]);
  const context = useMemo(() => ({ key: of, places: columns.places, thresholds, trust, sparks, formats, pinned: options.pinned, shared: isShared ? board : null }), [of, columns.places, thresholds, trust, sparks, formats, options.pinned, isShared, board]);
  if (order.length === 0) return <Notice title={t`None at this moment`} />;
  return (
    <GridContext value={context}>
      <GroupContext value={groups}>
        <Grid
          label={widget.title === "" ? nameTitle : widget.title}
          density={density}
          columns={columns.shown}
          rows={rows}
          Row={TableRow}
          sort={sorts[0] ?? null}
          more={sorts.slice(1)}
          isFitted={isWall && edit === null}
          onSort={(column, isAdded) => {
            setSortText(writeSorts(nextSorts(sorts, column, { isAdded, isText: column === "name" })) || undefined);
          }}
          onOpen={(row) => {
            const group = groupOfKey(row);
            if (group !== undefined) setClosed((now) => toggled(now, group));
            else if (edit === null && !isStill) open(widget.id, known.get(row)?.object ?? "");
          }}
          hold={hold}
          data={{ "data-at": at === null ? undefined : String(at) }}
        />
      </GroupContext>
    </GridContext>
  );
}

function orderOf(figures: Figures, options: WidgetOptions, sorts: readonly Sort[]): readonly RowKey[] {
  const { columns } = figures.shape;
  const rows = chosenRows(figures, options).filter((row) => options.onlyStatus.length === 0 || options.onlyStatus.includes(statusOf(row, columns)?.status ?? ""));
  if (sorts.length > 0) {
    const compares = sorts.map((sort) => compareRows(columns, sort, false));
    const byName = compareRows(columns, { column: "name", direction: "ascending" });
    const compare = (a: Row, b: Row) => compares.reduce((said, each) => said || each(a, b), 0) || byName(a, b);
    return [...rows].sort(compare).map((row) => row.row);
  }
  const judged = rows.map((row) => ({ row, name: row.name, longest: 0, verdict: judgeQueue(row, columns, options.thresholds, figures.at) }));
  return judged.sort(compareQueues).map(({ row }) => row.row);
}

const homesOf = (figures: Figures): ReadonlyMap<RowKey, Row> => figures.rows;

function toggled(closed: ReadonlySet<string>, group: string | null): ReadonlySet<string> {
  if (group === null) return closed;
  const after = new Set(closed);
  if (!after.delete(group)) after.add(group);
  return after;
}
