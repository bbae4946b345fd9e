// Where the arrow keys lead in a grid. Row -1 is the head.
export interface Place {
  readonly row: number;
  readonly column: number;
}

export interface Extent {
  readonly rows: number;
  readonly columns: number;
  /** Rows that fit the view: the step of Page Up and Page Down. */
  readonly page: number;
}

/** The place after a key; null when the key is not for the grid. */
export function move({ row, column }: Place, key: string, ctrl: boolean, { rows, columns, page }: Extent): Place | null {
  const at = (r: number, c: number): Place => ({ row: clamp(r, -1, rows - 1), column: clamp(c, 0, columns - 1) });
  switch (key) {
    case "ArrowDown":
      return at(row + 1, column);
    case "ArrowUp":
      return at(row - 1, column);
    case "ArrowRight":
      return at(row, column + 1);
    case "ArrowLeft":
      return at(row, column - 1);
    case "PageDown":
      return at(row + page, column);
    case "PageUp":
      return at(Math.max(0, row - page), column);
    case "Home":
      return ctrl ? at(0, 0) : at(row, 0);
    case "End":
      return ctrl ? at(rows - 1, columns - 1) : at(row, columns - 1);
    default:
      return null;
  }
}

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);
