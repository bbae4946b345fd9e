// The order of a grid's rows over time: settle() with a clock, a pointer and a keyboard.
import { useEffect, useRef, useState } from "react";
import { settle, SETTLE_MS, type Hold, type Settled } from "../settle.ts";

/** While someone was active in the grid so recently, nothing moves, ms. */
const FREEZE_MS = 2500;

export interface HoldState<K> {
  touch(row: K | null): void;
  leave(): void;
  now(): Hold<K>;
}

class Held<K> implements HoldState<K> {
  private anchor: K | null = null;
  private touchedMs = -Infinity;

  touch(row: K | null): void {
    this.anchor = row;
    this.touchedMs = performance.now();
  }

  leave(): void {
    this.anchor = null;
    this.touchedMs = -Infinity;
  }

  now(): Hold<K> {
    return { isFrozen: performance.now() - this.touchedMs < FREEZE_MS, anchor: this.anchor };
  }
}

/** The settled order of `wanted`. A new `reason` (sort or filter changed by hand) takes effect at once. */
export function useSettled<K>(wanted: readonly K[], reason: string): { readonly order: readonly K[]; readonly hold: HoldState<K> } {
  const [hold] = useState(() => new Held<K>());
  const [settled, setSettled] = useState<Settled<K> & { readonly reason: string }>({ order: wanted, movedMs: 0, reason });
  const latest = useRef(wanted);

  useEffect(() => {
    latest.current = wanted;
    const step = () => {
      setSettled((before) => {
        const base = before.reason === reason ? before : { order: [], movedMs: 0 };
        const after = settle(base, latest.current, performance.now(), hold.now());
        return after === before ? before : { ...after, reason };
      });
    };
    step();
    const timer = setInterval(step, SETTLE_MS / 3);
    return () => {
      clearInterval(timer);
    };
  }, [wanted, reason, hold]);

  return { order: settled.reason === reason ? settled.order : wanted, hold };
}
