// One row and its cells, as a grid places them.
import type { ReactNode } from "react";
import css from "./grid.module.css";
import type { RowProps } from "./types.ts";

interface GridRowProps extends Pick<RowProps<string | number>, "index" | "top" | "isSelected"> {
  readonly level?: string | undefined;
  readonly children: ReactNode;
  readonly data?: Readonly<Record<`data-${string}`, string | undefined>>;
}

export function GridRow({ index, top, isSelected, level, children, data }: GridRowProps) {
  return (
    <div role="row" aria-rowindex={index + 2} aria-selected={isSelected || undefined} className={css["row"]} data-index={index} data-level={level} data-selected={isSelected || undefined} style={{ transform: `translateY(${top}px)` }} {...data}>
      {children}
    </div>
  );
}

interface GridCellProps {
  readonly place: string;
  readonly isFocused: boolean;
  readonly align: "start" | "end";
  readonly isHead?: boolean;
  readonly spoken?: string | undefined;
  readonly children: ReactNode;
  readonly data?: Readonly<Record<`data-${string}`, string | undefined>>;
}

export function GridCell({ place, isFocused, align, isHead = false, spoken, children, data }: GridCellProps) {
  return (
    <div role={isHead ? "rowheader" : "gridcell"} aria-label={spoken} tabIndex={isFocused ? 0 : -1} data-place={place} data-align={align} className={css["cell"]} {...data}>
      {children}
    </div>
  );
}
