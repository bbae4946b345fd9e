// What the frame around the pages must know: that a board shows the past, so that its sign never says "live" meanwhile.
import { useSyncExternalStore } from "react";

let shown: number | null = null;
const listeners = new Set<() => void>();

/** Seconds; null: what is on the screen is live. */
export function tellPast(at: number | null): void {
  if (shown === at) return;
  shown = at;
  for (const listener of [...listeners]) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

export const useShownPast = (): number | null => useSyncExternalStore(subscribe, () => shown);
