// What the browser knows of one subscription: a pure reducer of the stream's frames.
import { unreachable, type Cell, type Column, type Delta, type Frame, type Micros, type Position, type Row, type RowKey, type Snapshot, type Visible } from "./frame.ts";

/** "catching-up": a gap was seen, a new snapshot is asked for, what is known stays on the screen. */
export type Phase = "opening" | "live" | "catching-up" | "refused";

/** The part that changes seldom: columns and the rows that exist. Its identity changes only when they do. */
export interface Shape {
  readonly columns: readonly Column[];
  readonly rows: readonly RowKey[];
}

export interface Figures {
  readonly phase: Phase;
  readonly position: Position | null;
  readonly at: Micros | null;
  readonly shape: Shape;
  readonly rows: ReadonlyMap<RowKey, Row>;
  readonly visible: Visible | null;
  readonly refusal: { readonly code: string; readonly message: string } | null;
}

export const NOTHING: Figures = {
  phase: "opening",
  position: null,
  at: null,
  shape: { columns: [], rows: [] },
  rows: new Map(),
  visible: null,
  refusal: null,
};

/** The figures after a frame. Frames of other subscriptions, heartbeats and states leave them as they are. */
export function applyFrame(known: Figures, frame: Frame): Figures {
  switch (frame.type) {
    case "snapshot":
      return applySnapshot(known, frame);
    case "delta":
      return applyDelta(known, frame);
    case "error":
      // One column that can't be computed says so in its own cells.
      if (frame.column !== null) return known;
      return { ...known, phase: "refused", refusal: { code: frame.code, message: frame.message } };
    case "state":
    case "heartbeat":
    case "bye":
      return known;
    default:
      return unreachable(frame);
  }
}

function applySnapshot(known: Figures, frame: Snapshot): Figures {
  const rows = new Map<RowKey, Row>();
  for (const row of frame.rows) {
    const before = known.rows.get(row.row);
    rows.set(row.row, before !== undefined && sameRow(before, row) ? before : row);
  }
  return {
    phase: "live",
    position: { gen: frame.gen, seq: frame.seq },
    at: frame.at > 0 ? frame.at : null,
    shape: { columns: frame.columns, rows: [...rows.keys()] },
    rows,
    visible: frame.visible,
    refusal: null,
  };
}

function applyDelta(known: Figures, frame: Delta): Figures {
  const { position } = known;
  const isSameGen = position !== null && position.gen === frame.gen;
  // A frame that was sent before the snapshot we hold tells nothing new.
  if (isSameGen && frame.seq <= position.seq) return known;
  if (!isSameGen || frame.from > position.seq + 1) return catchingUp(known);

  const rows = new Map(known.rows);
  for (const key of frame.gone) rows.delete(key);
  for (const row of frame.added) rows.set(row.row, row);
  if (!setCells(rows, known.shape.columns, frame.set)) return catchingUp(known);

  const isSameShape = frame.gone.length === 0 && frame.added.every((row) => known.rows.has(row.row));
  return {
    ...known,
    phase: "live",
    position: { gen: frame.gen, seq: frame.seq },
    at: (Math.max(known.at ?? 0, frame.at) || null) as Micros | null,
    shape: isSameShape ? known.shape : { columns: known.shape.columns, rows: [...rows.keys()] },
    rows,
    visible: frame.visible ?? known.visible,
    refusal: null,
  };
}

/** Writes cells into fresh copies of their rows. False: a row or column that we do not know. */
function setCells(rows: Map<RowKey, Row>, columns: readonly Column[], set: Delta["set"]): boolean {
  const mine = new Map<RowKey, Cell[]>();
  for (const [key, column, cell] of set) {
    const ix = typeof column === "number" ? column : columns.findIndex((known) => known.key === column);
    let cells = mine.get(key);
    if (cells === undefined) {
      const row = rows.get(key);
      if (row === undefined) return false;
      cells = [...row.cells];
      mine.set(key, cells);
      rows.set(key, { ...row, cells });
    }
    if (ix < 0 || ix >= columns.length) return false;
    cells[ix] = cell;
  }
  return true;
}

function catchingUp(known: Figures): Figures {
  return known.phase === "catching-up" || known.phase === "refused" ? known : { ...known, phase: "catching-up" };
}

/** Equal in everything that is drawn, so that a new snapshot redraws only what differs. */
function sameRow(a: Row, b: Row): boolean {
  return a.name === b.name && a.object === b.object && JSON.stringify([a.groups, a.cells]) === JSON.stringify([b.groups, b.cells]);
}
