// Everything that can be done to a board: a command, the board after it, and the command in words.
import { t } from "@lingui/core/macro";
import type { Board, Tab, Widget } from "../api/types.ts";
import { isZone } from "../floor/zones.ts";
import { unreachable } from "../live/frame.ts";
import { freePlace, place, tidy, type Box } from "./layout.ts";

/** What of a widget its settings change. */
export type Settings = Partial<Pick<Widget, "title" | "kind" | "query" | "options">>;

export type Edit =
  | { readonly do: "rename"; readonly title: string; readonly description: string }
  | { readonly do: "add"; readonly widget: Widget }
  | { readonly do: "remove"; readonly id: string }
  | { readonly do: "copy"; readonly id: string; readonly as: string }
  | { readonly do: "place"; readonly id: string; readonly to: Box }
  | { readonly do: "set"; readonly id: string; readonly change: Settings }
  | { readonly do: "tidy"; readonly tab: string | null }
  | { readonly do: "add-tab"; readonly tab: Tab }
  | { readonly do: "rename-tab"; readonly id: string; readonly title: string }
  | { readonly do: "remove-tab"; readonly id: string }
  | { readonly do: "move-tab"; readonly id: string; readonly by: -1 | 1 }
  | { readonly do: "to-tab"; readonly id: string; readonly tab: string }
  /** null: that of whoever looks. */
  | { readonly do: "zone"; readonly zone: string | null }
  | { readonly do: "restore"; readonly board: Board; readonly words: string };

/** The tab on which a widget lies; null where the board has none. */
export function tabOf(board: Board, widget: Pick<Widget, "tab">): string | null {
  const tabs = board.tabs ?? [];
  const own = tabs.find(({ id }) => id === widget.tab);
  return own?.id ?? tabs[0]?.id ?? null;
}

/** The widgets of one tab (null: of a board without tabs). */
export const widgetsOn = (board: Board, tab: string | null): readonly Widget[] => board.widgets.filter((widget) => tabOf(board, widget) === tab);

/** The board after a command; the same object where it changes nothing. */
export function apply(board: Board, edit: Edit): Board {
  switch (edit.do) {
    case "rename":
      return edit.title.trim() === "" ? board : { ...board, title: edit.title, description: edit.description };
    case "add":
      return inZone({ ...board, widgets: [...board.widgets, edit.widget] }, zoneOf(board));
    case "zone":
      return inZone(board, edit.zone);
    case "remove":
      return { ...board, widgets: board.widgets.filter(({ id }) => id !== edit.id) };
    case "copy":
      return copied(board, edit.id, edit.as);
    case "place":
      return placed(board, edit.id, edit.to);
    case "set":
      return { ...board, widgets: board.widgets.map((widget) => (widget.id === edit.id ? { ...widget, ...edit.change } : widget)) };
    case "tidy":
      return onTab(board, edit.tab, tidy);
    case "add-tab":
      return addTab(board, edit.tab);
    case "rename-tab":
      return edit.title.trim() === "" ? board : { ...board, tabs: (board.tabs ?? []).map((tab) => (tab.id === edit.id ? { ...tab, title: edit.title } : tab)) };
    case "remove-tab":
      return removeTab(board, edit.id);
    case "move-tab":
      return moveTab(board, edit.id, edit.by);
    case "to-tab":
      return toTab(board, edit.id, edit.tab);
    case "restore":
      return { ...edit.board, id: board.id, revision: board.revision };
    default:
      return unreachable(edit);
  }
}

/** The zone in which a board shows times, as its widgets say it; null: that of whoever looks. */
export function zoneOf(board: Pick<Board, "widgets">): string | null {
  const said = board.widgets.map(({ options }) => options?.["zone"]).find((zone) => zone !== undefined);
  return isZone(said) ? said : null;
}

/** All widgets of one board show times in one zone. */
function inZone(board: Board, zone: string | null): Board {
  const widgets = board.widgets.map((widget) => {
    const { zone: was, ...options } = widget.options ?? {};
    if ((was ?? null) === zone) return widget;
    return { ...widget, options: zone === null ? options : { ...options, zone } };
  });
  return { ...board, widgets };
}

function onTab(board: Board, tab: string | null, change: (widgets: readonly Widget[]) => readonly Widget[]): Board {
  const changed = new Map(change(widgetsOn(board, tab)).map((widget) => [widget.id, widget]));
  const widgets = board.widgets.map((widget) => changed.get(widget.id) ?? widget);
  return widgets.every((widget, ix) => widget === board.widgets[ix]) ? board : { ...board, widgets };
}

function placed(board: Board, id: string, to: Box): Board {
  const widget = board.widgets.find((each) => each.id === id);
  return widget === undefined ? board : onTab(board, tabOf(board, widget), (widgets) => place(widgets, id, to));
}

function copied(board: Board, id: string, as: string): Board {
  const widget = board.widgets.find((each) => each.id === id);
  if (widget === undefined) return board;
  const at = freePlace(widgetsOn(board, tabOf(board, widget)), widget.w, widget.h);
  return { ...board, widgets: [...board.widgets, { ...widget, ...at, id: as }] };
}

/** The first tab that is made takes what lay on the board before. */
function addTab(board: Board, tab: Tab): Board {
  const tabs = board.tabs ?? [];
  return tabs.length > 0 ? { ...board, tabs: [...tabs, tab] } : { ...board, tabs: [{ id: `${tab.id}-0`, title: board.title }, tab] };
}

/** A tab goes with its widgets; the last one gives its widgets back to the board. */
function removeTab(board: Board, id: string): Board {
  const tabs = (board.tabs ?? []).filter((tab) => tab.id !== id);
  const kept = board.widgets.filter((widget) => tabOf(board, widget) !== id);
  if (tabs.length > 1) return { ...board, tabs, widgets: kept };
  const { tabs: _, ...rest } = board;
  return { ...rest, widgets: kept.map(({ tab: __, ...widget }) => widget) };
}

function moveTab(board: Board, id: string, by: -1 | 1): Board {
  const tabs = [...(board.tabs ?? [])];
  const from = tabs.findIndex((tab) => tab.id === id);
  const [tab] = tabs.slice(from, from + 1);
  const to = from + by;
  if (tab === undefined || to < 0 || to >= tabs.length) return board;
  // Widgets of the first tab may not say so: they must not change tabs because another one comes first.
  const pinned = board.widgets.map((widget) => ({ ...widget, tab: tabOf(board, widget) ?? tab.id }));
  tabs.splice(from, 1);
  tabs.splice(to, 0, tab);
  return { ...board, tabs, widgets: pinned };
}

function toTab(board: Board, id: string, tab: string): Board {
  const widget = board.widgets.find((each) => each.id === id);
  if (widget === undefined || tabOf(board, widget) === tab) return board;
  const at = freePlace(widgetsOn(board, tab), widget.w, widget.h);
  return { ...board, widgets: board.widgets.map((each) => (each.id === id ? { ...each, ...at, tab } : each)) };
}

/** The command in words, for undo and for those who listen. */
export function wordsOf(board: Board, edit: Edit): string {
  const name = "id" in edit ? (board.widgets.find(({ id }) => id === edit.id)?.title ?? (board.tabs ?? []).find(({ id }) => id === edit.id)?.title ?? t`it`) : "";
  switch (edit.do) {
    case "rename":
      return t`Renamed the board to ${edit.title}`;
    case "add":
      return t`Added ${edit.widget.title}`;
    case "remove":
      return t`Removed ${name}`;
    case "copy":
      return t`Copied ${name}`;
    case "place":
      return t`${name}: column ${edit.to.x + 1}, row ${edit.to.y + 1}, ${edit.to.w} wide, ${edit.to.h} high`;
    case "set":
      return t`Changed ${name}`;
    case "tidy":
      return t`Closed the gaps`;
    case "add-tab":
      return t`Added the tab ${edit.tab.title}`;
    case "rename-tab":
      return t`Renamed a tab to ${edit.title}`;
    case "remove-tab":
      return t`Removed the tab ${name}`;
    case "move-tab":
      return t`Moved the tab ${name}`;
    case "to-tab":
      return t`Moved ${name} to another tab`;
    case "zone":
      return edit.zone === null ? t`Times are shown in the viewer’s zone` : t`Times are shown in ${edit.zone}`;
    case "restore":
      return edit.words;
    default:
      return unreachable(edit);
  }
}
