// Which rows of a long list are drawn. All rows have the same height, so this is arithmetic, without measuring.
export interface RowWindow {
  readonly first: number;
  /** One past the last. */
  readonly end: number;
}

/** Rows drawn beyond the visible ones, on each side. */
const OVERSCAN = 6;

export function rowWindow(scrollTop: number, viewHeight: number, rowHeight: number, count: number): RowWindow {
  if (rowHeight <= 0) return { first: 0, end: 0 };
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - OVERSCAN);
  const end = Math.min(count, Math.ceil((scrollTop + viewHeight) / rowHeight) + OVERSCAN);
  return { first: Math.min(first, Math.max(0, end)), end };
}

/** The scroll position at which that row is wholly visible: unchanged where it already is. */
export function scrollToRow(index: number, scrollTop: number, viewHeight: number, rowHeight: number): number {
  const top = index * rowHeight;
  if (top < scrollTop) return top;
  return top + rowHeight > scrollTop + viewHeight ? top + rowHeight - viewHeight : scrollTop;
}

/** Below this, columns are as narrow as their figures, rem. */
export const NARROW_REM = 30;

/** The columns that fit, by priority (1 is kept longest); their order stays. Widths in px. */
export function fitColumns<C extends { readonly width: number; readonly priority: number; readonly least?: number }>(all: readonly C[], space: number, rem: number): readonly C[] {
  const columns = space < NARROW_REM * rem ? all.map((column) => (column.least === undefined ? column : { ...column, width: column.least })) : all;
  const byPriority = [...columns].sort((a, b) => a.priority - b.priority);
  const kept = new Set<C>();
  let used = 0;
  for (const column of byPriority) {
    used += column.width * rem;
    if (used > space && kept.size > 0) break;
    kept.add(column);
  }
  return columns.filter((column) => kept.has(column));
}
