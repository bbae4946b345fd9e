// Where widgets lie on the twelve columns. Nothing overlaps; what is in the way goes down; nothing else moves.
export const COLUMNS = 12;
export const ROWS_MAX = 200;

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

interface Placed extends Box {
  readonly id: string;
}

export const overlaps = (a: Box, b: Box): boolean => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

/** The box pulled into the grid: whole numbers, within the columns, large enough to be grasped. */
export function within({ x, y, w, h }: Box): Box {
  const wide = clamp(Math.round(w), 1, COLUMNS);
  return { x: clamp(Math.round(x), 0, COLUMNS - wide), y: Math.max(0, Math.round(y)), w: wide, h: clamp(Math.round(h), 1, ROWS_MAX) };
}

/** Puts one into its new place; those it covers go down as far as they must, and push others likewise. */
export function place<T extends Placed>(all: readonly T[], id: string, to: Box): readonly T[] {
  const box = within(to);
  const moved = all.find((each) => each.id === id);
  if (moved === undefined) return all;
  const settled: Placed[] = [{ id, ...box }];
  const others = all.filter((each) => each.id !== id).sort((a, b) => a.y - b.y || a.x - b.x);
  for (const other of others) settled.push({ ...pick(other), y: freeFrom(settled, other) });
  return moveTo(all, settled);
}

/** Closes the gaps between rows; the order from top to bottom stays. */
export function tidy<T extends Placed>(all: readonly T[]): readonly T[] {
  const settled: Placed[] = [];
  for (const each of [...all].sort((a, b) => a.y - b.y || a.x - b.x)) settled.push({ ...pick(each), y: freeFrom(settled, { ...pick(each), y: 0 }) });
  return moveTo(all, settled);
}

/** The first free place, from the top, for something of that size. */
export function freePlace(all: readonly Box[], w: number, h: number): Box {
  const wide = clamp(w, 1, COLUMNS);
  for (let y = 0; ; y += 1) {
    for (let x = 0; x + wide <= COLUMNS; x += 1) {
      const box = { x, y, w: wide, h };
      if (!all.some((each) => overlaps(each, box))) return box;
    }
  }
}

export const heightOf = (all: readonly Box[]): number => Math.max(0, ...all.map(({ y, h }) => y + h));

/** In reading order, so that the keyboard and a narrow screen meet them as the eye does. */
export const inReadingOrder = <T extends Box>(all: readonly T[]): readonly T[] => [...all].sort((a, b) => a.y - b.y || a.x - b.x);

function freeFrom(settled: readonly Placed[], box: Box): number {
  let { y } = box;
  for (;;) {
    const hit = settled.filter((each) => overlaps(each, { ...box, y }));
    if (hit.length === 0) return y;
    y = Math.max(...hit.map((each) => each.y + each.h));
  }
}

function moveTo<T extends Placed>(all: readonly T[], settled: readonly Placed[]): readonly T[] {
  const places = new Map(settled.map((each) => [each.id, each]));
  return all.map((each) => {
    const to = places.get(each.id);
    return to === undefined || (to.x === each.x && to.y === each.y && to.w === each.w && to.h === each.h) ? each : { ...each, x: to.x, y: to.y, w: to.w, h: to.h };
  });
}

const pick = ({ id, x, y, w, h }: Placed): Placed => ({ id, x, y, w, h });
const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);
