// The stream's time as a page may show it: event time, moved on by local elapsed time, never by the wall clock.
import { micros, type Micros } from "./frame.ts";

/** How far a page runs ahead of the last word of the stream, ms. */
export const AHEAD_MS_MAX = 1500;
/** From this long without progress on, values fade, ms. */
export const AGEING_MS = 1600;
/** From this long without progress on, values are stale, ms. (The promise is: within 3 s.) */
export const STALE_MS = 2500;

/** `at`: the latest event time heard; `heardMs`: the monotonic local clock when it last moved. */
export interface StreamClock {
  readonly at: Micros | null;
  readonly heardMs: number;
}

export type Freshness = "fresh" | "ageing" | "stale";

export const UNSET: StreamClock = { at: null, heardMs: 0 };

/** The clock after hearing `at`. Only progress counts: a repeated `at` is silence. */
export function hear(clock: StreamClock, at: Micros, localMs: number): StreamClock {
  return at > (clock.at ?? 0) ? { at, heardMs: localMs } : clock;
}

/** The event time that a page may count by. */
export function eventNow(clock: StreamClock, localMs: number): Micros | null {
  if (clock.at === null) return null;
  const elapsed = Math.min(Math.max(0, localMs - clock.heardMs), AHEAD_MS_MAX);
  return micros(clock.at + elapsed * 1000);
}

/** How long the stream's time has stood still, ms. */
export function silence(clock: StreamClock, localMs: number): number {
  return clock.at === null ? 0 : Math.max(0, localMs - clock.heardMs);
}

/** What a silence of so many ms means for the values. */
export function freshnessOf(still: number): Freshness {
  return still >= STALE_MS ? "stale" : still >= AGEING_MS ? "ageing" : "fresh";
}
