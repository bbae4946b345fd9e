// What a wall shows and when: its pages in turn, a slow shift against burning in, and when it should begin anew.
import type { Board, Widget } from "../api/types.ts";
import { widgetsOn, zoneOf } from "./edit.ts";
import { heightOf } from "./layout.ts";

export interface WallPage {
  readonly key: string;
  readonly board: string;
  readonly title: string;
  readonly widgets: readonly Widget[];
  /** In which its times are shown; null: in that of the centre. */
  readonly zone: string | null;
}

/** Each tab of each board is a page of its own; those without widgets are left out. */
export function wallPages(boards: readonly Board[]): readonly WallPage[] {
  return boards.flatMap((board) => {
    const tabs = board.tabs ?? [];
    const pages = tabs.length === 0 ? [{ key: board.id, title: board.title, widgets: widgetsOn(board, null) }] : tabs.map((tab) => ({ key: `${board.id}/${tab.id}`, title: `${board.title}, ${tab.title}`, widgets: widgetsOn(board, tab.id) }));
    return pages.flatMap((page) => screensOf(page.widgets).map((widgets, ix) => ({ ...page, key: ix === 0 ? page.key : `${page.key}/${ix + 1}`, widgets, board: board.id, zone: zoneOf(board) })));
  });
}

/** Rows that one can read from afar on one screen. */
const SCREEN_ROWS = 24;

/** Widgets in parts that fit a screen: cut where no widget is cut; each part begins at its top. */
function screensOf(widgets: readonly Widget[]): readonly (readonly Widget[])[] {
  if (heightOf(widgets) <= SCREEN_ROWS) return widgets.length === 0 ? [] : [widgets];
  const cuts = [...new Set(widgets.map(({ y }) => y))].sort((a, b) => a - b).filter((y) => !widgets.some((widget) => widget.y < y && widget.y + widget.h > y));
  const screens: Widget[][] = [];
  let top = 0;
  for (const [ix, y] of cuts.entries()) {
    const end = cuts[ix + 1] ?? heightOf(widgets);
    const part = widgets.filter((widget) => widget.y >= y && widget.y < end);
    if (screens.length === 0 || end - top > SCREEN_ROWS) {
      screens.push([]);
      top = y;
    }
    screens.at(-1)?.push(...part.map((widget) => ({ ...widget, y: widget.y - top })));
  }
  return screens;
}

export const SECONDS_USUAL = 30;

/** "45" of an address -> seconds that a page is shown; what can't be read is usual. */
export function readSeconds(text: string | undefined): number {
  const seconds = Number(text);
  return text !== undefined && Number.isFinite(seconds) ? Math.min(3600, Math.max(5, Math.round(seconds))) : SECONDS_USUAL;
}

export const readBoards = (text: string | undefined): readonly string[] => (text ?? "").split(",").map((id) => id.trim()).filter(Boolean);

/** Px by which everything is shifted in a minute: a slow walk around, so that no edge stays where it is. */
export function shiftAt(minute: number): readonly [number, number] {
  const walk = [[0, 0], [3, 0], [6, 0], [6, 3], [6, 6], [3, 6], [0, 6], [0, 3]] as const;
  return walk[((minute % walk.length) + walk.length) % walk.length] ?? [0, 0];
}

export interface Health {
  /** The build that this page came from, and the one that the server has now. */
  readonly ours: string | undefined;
  readonly theirs: string | undefined;
  /** How long the values have stood still, ms. */
  readonly silenceMs: number;
  /** The server answers. */
  readonly isAnswered: boolean;
  /** Since the page was loaded, ms. */
  readonly ageMs: number;
}

/** A page that stands still although the server answers is given so long, ms. */
const PATIENCE_MS = 120_000;

/** Should a wall that nobody watches load itself anew? Never in a circle: not soon after it was loaded. */
export function shouldReload({ ours, theirs, silenceMs, isAnswered, ageMs }: Health): boolean {
  if (!isAnswered) return false;
  if (ours !== undefined && theirs !== undefined && ours !== theirs) return ageMs > 10_000;
  return silenceMs > PATIENCE_MS && ageMs > 2 * PATIENCE_MS;
}
