// A grid's row that follows its figures: redrawn when its own row changes, and only then.
import { createContext, use } from "react";
import type { Format } from "../floor/formats.ts";
import type { Thresholds } from "../floor/thresholds.ts";
import type { GridColumn, RowProps } from "../kit/grid/types.ts";
import { GridCell } from "../kit/grid/row.tsx";
import type { Column, Row } from "../live/frame.ts";
import { Difference } from "../past/difference.tsx";
import { Doubt } from "../past/doubt.tsx";
import { cellData, Figure } from "./figure.tsx";
import { Spark } from "./spark.tsx";
import type { Trust } from "./trust.ts";

export interface GridSetting {
  readonly key: string;
  readonly places: ReadonlyMap<string, { readonly ix: number; readonly column: Column }>;
  readonly thresholds: Thresholds;
  readonly trust: Trust;
  /** Statistics whose cells carry a small line. */
  readonly sparks?: ReadonlySet<string>;
  /** The board by whose link they are asked for; null for who is signed in. */
  readonly shared?: string | null;
  readonly formats?: readonly Format[];
  /** Objects that stay on top. */
  readonly pinned?: readonly string[];
}

export const GridContext = createContext<GridSetting | null>(null);

export function useGridSetting(): GridSetting {
  const setting = use(GridContext);
  if (setting === null) throw new Error("a live row outside of a grid");
  return setting;
}

interface CellProps {
  readonly row: Row;
  readonly column: GridColumn;
  readonly index: number;
  readonly ix: number;
  readonly focusColumn: RowProps<string>["focusColumn"];
}

/** A statistic's cell. */
export function LiveCell({ row, column, index, ix, focusColumn }: CellProps) {
  const { key, places, thresholds, trust, sparks, shared = null } = useGridSetting();
  const place = places.get(column.id);
  if (place === undefined) return <GridCell place={`${index}:${ix}`} isFocused={focusColumn === ix} align={column.align}>{null}</GridCell>;
  const cell = row.cells[place.ix];
  return (
    <GridCell place={`${index}:${ix}`} isFocused={focusColumn === ix} align={column.align} data={cellData(row.object, place.column, cell, trust.isStale)}>
      {sparks?.has(place.column.statType) === true && <Spark definition={place.column.key} object={row.object} shared={shared} />}
      <Doubt column={place.column} objects={[row.object]} />
      <Figure cell={cell} column={place.column} isStale={trust.isStale} broken={trust.broken} threshold={thresholds[place.column.statType]} />
      <Difference of={key} object={row.object} ix={place.ix} cell={cell} column={place.column} />
    </GridCell>
  );
}
