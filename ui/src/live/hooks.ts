// How components read the store: each hook redraws its component only for what it asked.
import { createContext, use, useEffect, useMemo, useSyncExternalStore } from "react";
import type { Freshness } from "./clock.ts";
import type { Figures, Shape } from "./figures.ts";
import type { Demand, Micros, Row, RowKey, SourceState } from "./frame.ts";
import type { LinkState } from "./link.ts";
import { demandKey, type LiveStore } from "./store.ts";

export const LiveContext = createContext<LiveStore | null>(null);

export function useLive(): LiveStore {
  const store = use(LiveContext);
  if (store === null) throw new Error("no live store above this component");
  return store;
}

/** Opens a demand while the component lives; the returned key names it in the other hooks. */
export function useDemand(demand: Demand): string {
  const store = useLive();
  const key = demandKey(demand);
  useEffect(() => store.open(JSON.parse(key) as Demand), [store, key]);
  return key;
}

/** All figures of a demand, after every change. For totals and short lists; grids use the row hooks. */
export function useFigures(key: string): Figures {
  const store = useLive();
  return useSyncExternalStore(
    useMemo(() => (listener: () => void) => store.onFigures(key, listener), [store, key]),
    () => store.figures(key),
  );
}

/** Columns and the rows that exist. */
export function useShape(key: string): Shape {
  const store = useLive();
  return useSyncExternalStore(
    useMemo(() => (listener: () => void) => store.onShape(key, listener), [store, key]),
    () => store.figures(key).shape,
  );
}

export function usePhase(key: string): Figures["phase"] {
  const store = useLive();
  return useSyncExternalStore(
    useMemo(() => (listener: () => void) => store.onShape(key, listener), [store, key]),
    () => store.figures(key).phase,
  );
}

export function useRow(key: string, row: RowKey): Row | undefined {
  const store = useLive();
  return useSyncExternalStore(
    useMemo(() => (listener: () => void) => store.onRow(key, row, listener), [store, key, row]),
    () => store.row(key, row),
  );
}


/** One timer for all listeners of a pace: a thousand tiles must not mean a thousand timers. */
const paces = new Map<number, { readonly listeners: Set<() => void>; timer: ReturnType<typeof setInterval> | undefined }>();

function onTick(every: number, listener: () => void): () => void {
  const pace = paces.get(every) ?? { listeners: new Set(), timer: undefined };
  paces.set(every, pace);
  pace.listeners.add(listener);
  pace.timer ??= setInterval(() => {
    for (const each of [...pace.listeners]) each();
  }, every);
  return () => {
    pace.listeners.delete(listener);
    if (pace.listeners.size > 0) return;
    clearInterval(pace.timer);
    pace.timer = undefined;
  };
}

/** For things that age without any message. */
function useTick(every: number): (listener: () => void) => () => void {
  return useMemo(() => (listener: () => void) => onTick(every, listener), [every]);
}

/** Whole seconds since an instant of the stream; redraws once a second, not once a frame. */
export function useElapsed(since: Micros | null): number | null {
  const store = useLive();
  return useSyncExternalStore(useTick(250), () => {
    const now = store.now();
    return since === null || now === null ? null : Math.max(0, Math.floor((now - since) / 1e6));
  });
}

/** Event time in whole steps of `seconds`, for what need not be redrawn more often. */
export function useEventSecond(seconds = 1): Micros | null {
  const store = useLive();
  return useSyncExternalStore(useTick(250), () => {
    const now = store.now();
    const step = seconds * 1e6;
    return now === null ? null : ((Math.floor(now / step) * step) as Micros);
  });
}

/** The instant up to which the values of all these demands hold. */
export function useAtOf(keys: readonly string[]): Micros | null {
  const store = useLive();
  const joined = JSON.stringify(keys);
  return useSyncExternalStore(
    useMemo(() => {
      const all = JSON.parse(joined) as string[];
      return (listener: () => void) => {
        const stops = all.map((key) => store.onFigures(key, listener));
        return () => {
          for (const stop of stops) stop();
        };
      };
    }, [store, joined]),
    () => {
      const times = keys.map((key) => store.figures(key).at);
      return times.includes(null) || times.length === 0 ? null : (Math.min(...(times as number[])) as Micros);
    },
  );
}

/** The newest instant that the stream has told of. */
export function useAt(): Micros | null {
  const store = useLive();
  return useSyncExternalStore(
    useMemo(() => (listener: () => void) => store.onTopic("time", listener), [store]),
    () => store.at,
  );
}

export function useFreshness(): Freshness {
  const store = useLive();
  return useSyncExternalStore(useTick(200), () => store.freshness());
}

export function useSilenceSeconds(): number {
  const store = useLive();
  return useSyncExternalStore(useTick(250), () => Math.floor(store.silenceMs() / 1000));
}

/** Whole seconds that the values are behind the server's clock. */
export function useLagSeconds(): number {
  const store = useLive();
  return useSyncExternalStore(useTick(250), () => Math.floor(store.lagMs() / 1000));
}

export function useHasBegun(): boolean {
  const store = useLive();
  return useSyncExternalStore(
    useMemo(() => (listener: () => void) => store.onTopic("time", listener), [store]),
    () => store.hasBegun,
  );
}

export function useLink(): LinkState {
  const store = useLive();
  return useSyncExternalStore(
    useMemo(() => (listener: () => void) => store.onTopic("link", listener), [store]),
    () => store.link,
  );
}

export function useSources(): ReadonlyMap<string, SourceState> {
  const store = useLive();
  return useSyncExternalStore(
    useMemo(() => (listener: () => void) => store.onTopic("sources", listener), [store]),
    () => store.sources,
  );
}

/** A view of the figures that follows them at most every `every` ms: what is sorted or summed need not follow each frame. */
export function useSampled<T>(key: string, every: number, compute: (figures: Figures) => T): T {
  const store = useLive();
  const figures = useSyncExternalStore(
    useMemo(() => (listener: () => void) => onFiguresSlowly(store, key, every, listener), [store, key, every]),
    () => store.figures(key),
  );
  return useMemo(() => compute(figures), [figures, compute]);
}

function onFiguresSlowly(store: LiveStore, key: string, every: number, listener: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isFirst = true;
  const stop = store.onFigures(key, () => {
    // The first figures are shown at once: nobody should wait for a timer to see the page.
    if (isFirst) {
      isFirst = false;
      listener();
    }
    timer ??= setTimeout(() => {
      timer = undefined;
      listener();
    }, every);
  });
  return () => {
    stop();
    clearTimeout(timer);
  };
}
