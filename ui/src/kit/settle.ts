// Order with hysteresis: rows move rarely, and never under the pointer or the keyboard.

/** The order on the screen and when it last changed (local monotonic ms). */
export interface Settled<K> {
  readonly order: readonly K[];
  readonly movedMs: number;
}

export interface Hold<K> {
  /** Nobody may move: someone is about to click. */
  readonly isFrozen: boolean;
  /** This one stays where it is while others move: it is pointed at, or has the focus. */
  readonly anchor: K | null;
}

/** How seldom rows change places, ms. */
export const SETTLE_MS = 3000;

/** The next order on the screen, given the one wanted. The same object where nothing changes. */
export function settle<K>(before: Settled<K>, wanted: readonly K[], nowMs: number, hold: Hold<K>): Settled<K> {
  const exists = new Set(wanted);
  const kept = before.order.filter((key) => exists.has(key));
  const isFirst = before.order.length === 0;
  const mayMove = isFirst || (!hold.isFrozen && nowMs - before.movedMs >= SETTLE_MS);
  const order = mayMove ? anchored(wanted, kept, hold.anchor) : withNewAtEnd(kept, wanted);
  if (sameOrder(order, before.order)) return before;
  return { order, movedMs: nowMs };
}

function withNewAtEnd<K>(kept: readonly K[], wanted: readonly K[]): readonly K[] {
  const known = new Set(kept);
  return [...kept, ...wanted.filter((key) => !known.has(key))];
}

function anchored<K>(wanted: readonly K[], kept: readonly K[], anchor: K | null): readonly K[] {
  const place = anchor === null ? -1 : kept.indexOf(anchor);
  if (anchor === null || place < 0) return wanted;
  const others = wanted.filter((key) => key !== anchor);
  return [...others.slice(0, place), anchor, ...others.slice(place)];
}

function sameOrder<K>(a: readonly K[], b: readonly K[]): boolean {
  return a.length === b.length && a.every((key, ix) => key === b[ix]);
}
