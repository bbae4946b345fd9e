// One queue.
import { memo } from "react";
import { judgeQueue } from "../../floor/attention.ts";
import { LEVEL_WORDS } from "../../floor/thresholds.ts";
import { Mark } from "../../kit/marks.tsx";
import { GridCell, GridRow } from "../../kit/grid/row.tsx";
import type { RowProps } from "../../kit/grid/types.ts";
import type { RowKey } from "../../live/frame.ts";
import { useRow } from "../../live/hooks.ts";
import { LiveCell, useGridSetting } from "../../parts/live-row.tsx";
import css from "../board-page.module.css";

export const QueueRow = memo(function QueueRow({ rowKey, index, top, columns, focusColumn, isSelected }: RowProps<RowKey>) {
  const { key, places, thresholds, trust } = useGridSetting();
  const row = useRow(key, rowKey);
  if (row === undefined) return null;
  const columnsOfRow = [...places.values()].map(({ column }) => column);
  const { level, isStale } = judgeQueue(row, columnsOfRow, thresholds, null);
  return (
    <GridRow index={index} top={top} isSelected={isSelected} data={{ "data-row-object": row.object, "data-stale": trust.isStale || isStale ? "true" : undefined }}>
      {columns.map((column, ix) =>
        column.id === "name" ? (
          <GridCell key="name" place={`${index}:${ix}`} isFocused={focusColumn === ix} align="start" isHead>
            <span className={css["mark"]}>{level !== "calm" && <Mark level={level} label={LEVEL_WORDS[level]} />}</span>
            <span className={css["name"]}>{row.name}</span>
          </GridCell>
        ) : (
          <LiveCell key={column.id} row={row} column={column} index={index} ix={ix} focusColumn={focusColumn} />
        ),
      )}
    </GridRow>
  );
});
