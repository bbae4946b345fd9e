// The watches of this browser, and those that have just been met.
import { useSyncExternalStore } from "react";
import { readWatches, withWatch, type Watch } from "../floor/watches.ts";

export interface Met {
  readonly watch: Watch;
  readonly value: number;
}

const KEY = "pulse.watches";
const listeners = new Set<() => void>();
let watches = load();
let met: readonly Met[] = [];

function load(): readonly Watch[] {
  try {
    return readWatches(localStorage.getItem(KEY));
  } catch {
    return [];
  }
}

function change(next: readonly Watch[]): void {
  watches = next;
  try {
    localStorage.setItem(KEY, JSON.stringify(next));
  } catch {
    // Storage may be forbidden: they then last as long as the page.
  }
  for (const listener of [...listeners]) listener();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
};

export const useWatches = (): readonly Watch[] => useSyncExternalStore(subscribe, () => watches);
export const useMet = (): readonly Met[] => useSyncExternalStore(subscribe, () => met);

export function addWatch(watch: Watch): void {
  change(withWatch(watches, watch));
}

export function endWatch(id: string): void {
  change(watches.filter((each) => each.id !== id));
}

/** A watch tells once. */
export function meet(watch: Watch, value: number): void {
  if (!watches.some(({ id }) => id === watch.id)) return;
  met = [...met, { watch, value }];
  endWatch(watch.id);
}

export function dismiss(id: string): void {
  met = met.filter(({ watch }) => watch.id !== id);
  change(watches);
}
