// What a grid is told about its columns and rows.
export interface GridColumn {
  readonly id: string;
  readonly title: string;
  /** In rem. */
  readonly width: number;
  /** The least that its figures need, where space is short: the title then takes two lines. */
  readonly least?: number;
  /** 1 is kept longest when space is short. */
  readonly priority: number;
  readonly align: "start" | "end";
  /** A line above the title that neighbours share: what time the numbers cover. */
  readonly band?: string;
  /** Its share of the space that is left over; by its width, where it says nothing. */
  readonly grow?: number;
  readonly canSort: boolean;
  /** What it means, in a sentence. */
  readonly words?: string;
}

export interface Sort {
  readonly column: string;
  readonly direction: "ascending" | "descending";
}

export interface RowProps<K> {
  readonly rowKey: K;
  readonly index: number;
  /** In px from the first row. */
  readonly top: number;
  readonly columns: readonly GridColumn[];
  /** The column that has the focus in this row; -1: none. */
  readonly focusColumn: number;
  readonly isSelected: boolean;
}
