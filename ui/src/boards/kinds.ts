// The kinds of widgets: what each is called, how large it begins, and what it can show.
import { t } from "@lingui/core/macro";
import type { Statistic, Widget, WidgetKind } from "../api/types.ts";
import type { Query, Unit } from "../live/frame.ts";

export interface KindInfo {
  readonly kind: WidgetKind;
  readonly word: string;
  readonly about: string;
  readonly w: number;
  readonly h: number;
  /** How many statistics it shows; none: it shows no values. */
  readonly statistics: "none" | "one" | "many";
  readonly units: readonly Unit[];
  /** Object types that it is for; none named: all. */
  readonly objectTypes?: readonly string[];
}

const NUMBERS: readonly Unit[] = ["count", "seconds", "percent", "number"];
const ANY: readonly Unit[] = [...NUMBERS, "status"];

export const KINDS_OF_WIDGETS: readonly KindInfo[] = [
  { kind: "kpi", word: t`number`, about: t`One figure, as large as its frame`, w: 3, h: 3, statistics: "one", units: NUMBERS },
  { kind: "gauge", word: t`gauge`, about: t`One figure on its scale, with its limits`, w: 3, h: 4, statistics: "one", units: NUMBERS },
  { kind: "list", word: t`list`, about: t`Several statistics below each other`, w: 3, h: 5, statistics: "many", units: NUMBERS },
  { kind: "grid", word: t`table`, about: t`Objects as rows, statistics as columns`, w: 12, h: 9, statistics: "many", units: ANY },
  { kind: "line", word: t`line chart`, about: t`One statistic over time, a line for each object`, w: 8, h: 6, statistics: "many", units: NUMBERS },
  { kind: "bar", word: t`stacked bars`, about: t`What each object is made of`, w: 6, h: 6, statistics: "many", units: ANY },
  { kind: "donut", word: t`donut`, about: t`Shares of a whole`, w: 4, h: 6, statistics: "one", units: ANY },
  { kind: "heat", word: t`heat map`, about: t`One statistic by object and interval of the day`, w: 8, h: 6, statistics: "one", units: NUMBERS },
  { kind: "timeline", word: t`state time line`, about: t`What each agent did, minute by minute`, w: 12, h: 8, statistics: "one", units: ["status"], objectTypes: ["Agent"] },
  { kind: "alerts", word: t`alerts`, about: t`Limits that are passed now, newest first`, w: 4, h: 6, statistics: "none", units: [] },
  { kind: "text", word: t`text`, about: t`A text for everybody, at rest or as a ticker`, w: 6, h: 2, statistics: "none", units: [] },
  { kind: "iframe", word: t`web page`, about: t`A page from elsewhere`, w: 6, h: 6, statistics: "none", units: [] },
];

const UNKNOWN: KindInfo = { kind: "text", word: t`widget`, about: "", w: 4, h: 4, statistics: "none", units: [] };

export const kindInfo = (kind: WidgetKind): KindInfo => KINDS_OF_WIDGETS.find((info) => info.kind === kind) ?? UNKNOWN;
/** The same, at the head of something. */
export const kindTitle = (kind: WidgetKind): string => {
  const word = kindWord(kind);
  return word.charAt(0).toUpperCase() + word.slice(1);
};
export const kindWord = (kind: WidgetKind): string => kindInfo(kind).word;

/** What a new widget shows first, by object type; the first that the library has. */
const FIRST: Readonly<Record<string, readonly string[]>> = {
  Queue: ["Current_In_Queue", "CurrMaxCallWaitingTime", "ServiceFactor", "Calls_Entered", "Calls_Answered", "Abandoned_Percentage"],
  Agent: ["Current_Status_Reasons", "Current_Status", "Calls_Handled", "Average_Handle_Time"],
};

/** The statistics of the library that a kind can show of an object type. */
export function offered(library: readonly Statistic[], kind: WidgetKind, objectType: string): readonly Statistic[] {
  const { units } = kindInfo(kind);
  return library.filter((stat) => stat.object_types.includes(objectType) && units.includes(stat.unit));
}

/** A query with which a widget of that kind can begin; none where it shows no values. */
export function firstQuery(library: readonly Statistic[], kind: WidgetKind, objectType: string): Query | undefined {
  const { statistics } = kindInfo(kind);
  if (statistics === "none") return undefined;
  const known = new Set(offered(library, kind, objectType).map(({ name }) => name));
  const wished = (FIRST[objectType] ?? []).filter((name) => known.has(name));
  const names = wished.length > 0 ? wished : [...known];
  return { object_type: objectType, objects: "*", statistics: names.slice(0, statistics === "one" || kind === "line" ? 1 : 4) };
}

export const firstType = (kind: WidgetKind): string => kindInfo(kind).objectTypes?.[0] ?? "Queue";

/** A new widget, not yet placed. */
export function newWidget(library: readonly Statistic[], kind: WidgetKind, id: string): Widget {
  const { w, h, word } = kindInfo(kind);
  const query = firstQuery(library, kind, firstType(kind));
  return { id, kind, title: word.charAt(0).toUpperCase() + word.slice(1), x: 0, y: 0, w, h, ...(query === undefined ? {} : { query }), options: {} };
}

/** The widget as another kind: statistics that the new kind can't show are left out. */
export function asKind(library: readonly Statistic[], widget: Widget, kind: WidgetKind): Pick<Widget, "kind" | "query" | "options"> {
  const info = kindInfo(kind);
  const options = widget.options ?? {};
  if (info.statistics === "none") return { kind, ...(widget.query === undefined ? {} : { query: widget.query }), options };
  const type = info.objectTypes?.includes(widget.query?.object_type ?? "") === false ? firstType(kind) : (widget.query?.object_type ?? firstType(kind));
  const units = new Map(library.map((stat) => [stat.name, stat.unit]));
  const fits = (widget.query?.statistics ?? []).filter((stat) => {
    const unit = typeof stat === "string" ? units.get(stat) : "stat_type" in stat ? units.get(stat.stat_type) : "number";
    return unit !== undefined && info.units.includes(unit);
  });
  if (widget.query === undefined || type !== widget.query.object_type || fits.length === 0) {
    const query = firstQuery(library, kind, type);
    return { kind, ...(query === undefined ? {} : { query }), options };
  }
  return { kind, query: { ...widget.query, statistics: fits }, options };
}
