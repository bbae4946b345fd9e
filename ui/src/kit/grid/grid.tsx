// A virtual grid: sticky head, rows of one height, arrow keys, columns that give way by priority. It knows no contents.
import { useCallback, useLayoutEffect, useMemo, useRef, useState, type ComponentType, type KeyboardEvent, type PointerEvent } from "react";
import css from "./grid.module.css";
import { GridHead } from "./head.tsx";
import { move, type Place } from "./keys.ts";
import type { HoldState } from "./settled.ts";
import type { GridColumn, RowProps, Sort } from "./types.ts";
import { useBox } from "./use-box.ts";
import { fitColumns, NARROW_REM, rowWindow, scrollToRow } from "./window.ts";

interface Props<K extends string | number> {
  readonly label: string;
  readonly columns: readonly GridColumn[];
  readonly rows: readonly K[];
  readonly Row: ComponentType<RowProps<K>>;
  readonly sort: Sort | null;
  /** By what equals of the first order are ordered. */
  readonly more?: readonly Sort[];
  /** `isAdded`: Shift was held, the column refines the order. */
  readonly onSort: (column: string, isAdded: boolean) => void;
  readonly onOpen?: (row: K) => void;
  readonly selected?: K | null;
  readonly hold: HoldState<K>;
  /** Rows grow to fill the height: for walls. */
  readonly isFitted?: boolean;
  /** Other than that of the page. */
  readonly density?: "compact" | "normal";
  readonly data?: Readonly<Record<`data-${string}`, string | undefined>>;
}

/** Free space after the last row, so that nothing that lies over the foot of a page hides it for good. */
const FOOT_REM = 2.5;

interface Focus<K> {
  /** null: the head. */
  readonly row: K | null;
  readonly column: number;
}

export function Grid<K extends string | number>({ label, columns, rows, Row, sort, more, onSort, onOpen, selected, hold, isFitted = false, density, data }: Props<K>) {
  const scroller = useRef<HTMLDivElement>(null);
  const box = useBox(scroller, isFitted ? rows.length : 0);
  const [scrollTop, setScrollTop] = useState(0);
  const [focus, setFocus] = useState<Focus<K>>({ row: null, column: 0 });
  const takeFocus = useRef(false);

  const fitting = useMemo(() => fitColumns(columns, box.width - box.rem, box.rem), [columns, box.width, box.rem]);
  const template = fitting.map(({ width, grow = width / 9 }) => `minmax(${width}rem, ${grow}fr)`).join(" ");
  const bodyHeight = box.height - box.head;
  const shown = rowWindow(scrollTop, bodyHeight, box.row, rows.length);
  const focusIndex = focus.row === null ? -1 : rows.indexOf(focus.row);
  const indexes = indexesOf(shown.first, shown.end, focusIndex);

  useLayoutEffect(() => {
    if (!takeFocus.current) return;
    takeFocus.current = false;
    scroller.current?.querySelector<HTMLElement>(`[data-place="${focusIndex}:${focus.column}"]`)?.focus({ preventScroll: true });
  });

  const go = useCallback(
    (place: Place) => {
      const element = scroller.current;
      if (element !== null && place.row >= 0) element.scrollTop = scrollToRow(place.row, element.scrollTop, bodyHeight, box.row);
      takeFocus.current = true;
      setFocus({ row: place.row < 0 ? null : (rows[place.row] ?? null), column: place.column });
    },
    [rows, bodyHeight, box.row],
  );

  const onKeyDown = (event: KeyboardEvent) => {
    hold.touch(focus.row);
    const place = move({ row: focusIndex, column: focus.column }, event.key, event.ctrlKey, { rows: rows.length, columns: fitting.length, page: Math.max(1, Math.floor(bodyHeight / box.row) - 1) });
    if (place !== null) {
      event.preventDefault();
      go(place);
    } else if (event.key === "Enter" && focus.row !== null && onOpen !== undefined) {
      event.preventDefault();
      onOpen(focus.row);
    }
  };

  const rowOf = (event: { target: EventTarget }) => {
    const index = (event.target as Element).closest<HTMLElement>("[data-index]")?.dataset["index"];
    return index === undefined ? null : (rows[Number(index)] ?? null);
  };

  return (
    // eslint-disable-next-line jsx-a11y/interactive-supports-focus -- a grid's cells take the focus, one at a time
    <div
      ref={scroller}
      className={css["grid"]}
      data-density={density}
      data-narrow={box.width < NARROW_REM * box.rem || undefined}
      role="grid"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      aria-colcount={fitting.length}
      style={{ "--columns": template, "--row-px": `${box.row}px`, "--cell": `${box.cell}px` } as React.CSSProperties}
      onScroll={(event) => {
        setScrollTop(event.currentTarget.scrollTop);
      }}
      onKeyDown={onKeyDown}
      onPointerMove={(event: PointerEvent) => {
        hold.touch(rowOf(event));
      }}
      onPointerLeave={() => {
        hold.leave();
      }}
      onFocus={(event) => {
        const at = (event.target as HTMLElement).dataset["place"]?.split(":").map(Number);
        if (at?.[0] === undefined || at[1] === undefined) return;
        const row = at[0] < 0 ? null : (rows[at[0]] ?? null);
        if (row !== focus.row || at[1] !== focus.column) setFocus({ row, column: at[1] });
      }}
      onBlur={() => {
        hold.leave();
      }}
      onClick={(event) => {
        const row = rowOf(event);
        if (row !== null) onOpen?.(row);
      }}
      {...data}
    >
      <GridHead columns={fitting} sort={sort} more={more} onSort={onSort} focusColumn={focusIndex < 0 ? focus.column : -1} />
      <div role="rowgroup" className={css["body"]} style={{ height: rows.length * box.row + (isFitted ? 0 : FOOT_REM * box.rem) }}>
        {indexes.map((index) => {
          const key = rows[index];
          if (key === undefined) return null;
          return <Row key={key} rowKey={key} index={index} top={index * box.row} columns={fitting} focusColumn={index === focusIndex ? focus.column : -1} isSelected={key === selected} />;
        })}
      </div>
    </div>
  );
}

/** The window's rows, and the focused one even where it is scrolled away: focus must not fall into the void. */
function indexesOf(first: number, end: number, focused: number): readonly number[] {
  const all = Array.from({ length: Math.max(0, end - first) }, (_, ix) => first + ix);
  return focused >= 0 && (focused < first || focused >= end) ? [...all, focused] : all;
}
