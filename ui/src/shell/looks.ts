// Theme and density: this browser's choice, kept in local storage.
import { useSyncExternalStore } from "react";

export type Theme = "system" | "light" | "dark" | "contrast" | "wall";
export type Density = "compact" | "normal";

export interface Looks {
  readonly theme: Theme;
  readonly density: Density;
}

const KEY = "pulse.looks";
const THEMES: readonly string[] = ["system", "light", "dark", "contrast", "wall"] satisfies Theme[];
const listeners = new Set<() => void>();
const prefersDark = window.matchMedia("(prefers-color-scheme: dark)");
let looks = read();
/** The theme of a page that has one of its own, such as a wall. */
let worn: Theme | null = null;

function read(): Looks {
  let kept: Partial<Record<keyof Looks, unknown>> = {};
  try {
    const parsed: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    if (typeof parsed === "object" && parsed !== null) kept = parsed;
  } catch {
    // Storage may be forbidden or spoilt: the defaults serve.
  }
  return {
    theme: THEMES.includes(String(kept.theme)) ? (kept.theme as Theme) : "system",
    density: kept.density === "compact" ? "compact" : "normal",
  };
}

/** Writes the choice onto the document; called once before the first paint and after each change. */
export function applyLooks(): void {
  const { density } = looks;
  const theme = worn ?? looks.theme;
  const root = document.documentElement;
  root.dataset["theme"] = theme === "system" ? (prefersDark.matches ? "dark" : "light") : theme;
  root.dataset["density"] = density;
  for (const listener of [...listeners]) listener();
}

/** A page wears a theme of its own; null: it takes it off. The user's choice stays kept. */
export function wearTheme(theme: Theme | null): void {
  worn = theme;
  applyLooks();
}

export const readTheme = (text: string | undefined): Theme | null => (THEMES.includes(text ?? "") ? (text as Theme) : null);

export function changeLooks(change: Partial<Looks>): void {
  looks = { ...looks, ...change };
  try {
    localStorage.setItem(KEY, JSON.stringify(looks));
  } catch {
    // As above: the choice then lasts as long as the page.
  }
  applyLooks();
}

prefersDark.addEventListener("change", applyLooks);

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
};

export function useLooks(): Looks & { readonly drawn: string } {
  const now = useSyncExternalStore(subscribe, () => looks);
  const drawn = useSyncExternalStore(subscribe, () => document.documentElement.dataset["theme"] ?? "light");
  return { ...now, drawn };
}
