// The agents as rows.
import { t } from "@lingui/core/macro";
import { memo, useMemo } from "react";
import { DEFAULTS } from "../../floor/thresholds.ts";
import { Grid } from "../../kit/grid/grid.tsx";
import { GridCell, GridRow } from "../../kit/grid/row.tsx";
import { useSettled } from "../../kit/grid/settled.ts";
import type { GridColumn, RowProps, Sort } from "../../kit/grid/types.ts";
import type { RowKey } from "../../live/frame.ts";
import { useRow, useShape } from "../../live/hooks.ts";
import { gridColumns, GROUPS, IN_STATE } from "../../parts/grid-columns.ts";
import { InState } from "../../parts/in-state.tsx";
import { GridContext, LiveCell, useGridSetting } from "../../parts/live-row.tsx";
import { useToday } from "../../parts/zone.ts";
import { useTrust } from "../../parts/trust.ts";
import { useLooks } from "../../shell/looks.ts";
import css from "../board-page.module.css";

const FIRST = ["Current_Status_Reasons", "Current_Status", "Calls_Handled", "Total_Talk_Time", "Average_Handle_Time", "Total_Not_Ready_Time"];
const GROUP_COLUMN: GridColumn = { id: GROUPS, title: t`Group`, width: 8, grow: 1.2, priority: 12, align: "start", canSort: true };

interface Props {
  readonly of: string;
  readonly wanted: readonly RowKey[];
  readonly reason: string;
  readonly sort: Sort | null;
  readonly onSort: (column: string) => void;
  readonly onOpen: (row: RowKey) => void;
}

export function AgentList({ of, wanted, reason, sort, onSort, onOpen }: Props) {
  const shape = useShape(of);
  const trust = useTrust();
  const isWall = useLooks().drawn === "wall";
  const { order, hold } = useSettled(wanted, reason);
  const { word: today } = useToday();
  const columns = useMemo(() => {
    const made = gridColumns(shape.columns, { nameTitle: t`Agent`, first: FIRST, today });
    const [name, ...others] = made.shown;
    return { ...made, shown: name === undefined ? [] : [name, GROUP_COLUMN, ...others] };
  }, [shape.columns, today]);
  const context = useMemo(() => ({ key: of, places: columns.places, thresholds: DEFAULTS, trust }), [of, columns.places, trust]);
  return (
    <GridContext value={context}>
      <Grid label={t`Agents`} columns={columns.shown} rows={order} Row={AgentRow} sort={sort} onSort={onSort} onOpen={onOpen} hold={hold} isFitted={isWall} />
    </GridContext>
  );
}

export const AgentRow = memo(function AgentRow({ rowKey, index, top, columns, focusColumn, isSelected }: RowProps<RowKey>) {
  const { key } = useGridSetting();
  const row = useRow(key, rowKey);
  if (row === undefined) return null;
  return (
    <GridRow index={index} top={top} isSelected={isSelected} data={{ "data-row-object": row.object }}>
      {columns.map((column, ix) => {
        const place = { place: `${index}:${ix}`, isFocused: focusColumn === ix, align: column.align };
        switch (column.id) {
          case "name":
            return (
              <GridCell key={column.id} {...place} isHead>
                <span className={css["name"]}>{row.name}</span>
              </GridCell>
            );
          case GROUPS:
            return (
              <GridCell key={column.id} {...place}>
                <span className={css["quiet"]}>{row.groups.join(", ")}</span>
              </GridCell>
            );
          case IN_STATE:
            return (
              <GridCell key={column.id} {...place}>
                <InState row={row} />
              </GridCell>
            );
          default:
            return <LiveCell key={column.id} row={row} column={column} index={index} ix={ix} focusColumn={focusColumn} />;
        }
      })}
    </GridRow>
  );
});
