// Editing a template, as pure steps: a draft is a widget that has no place yet, with what the template says of itself.
import { t } from "@lingui/core/macro";
import type { Checked, TemplateBody } from "../api/templates.ts";
import type { Statistic, Template, Widget } from "../api/types.ts";
import { typeWords } from "../floor/object-types.ts";
import type { StatRef } from "../live/frame.ts";
import { firstQuery, newWidget } from "./kinds.ts";
import { chosenStats, isFormula, statType, withStatistics } from "./settings.ts";
import { widgetDifferences } from "./words.ts";

export interface Draft {
  readonly title: string;
  readonly description: string;
  /** Types beside that of the query. */
  readonly otherTypes: readonly string[];
  readonly pending: readonly string[];
  readonly columns: Template["columns"];
  readonly widget: Widget;
}

type Formula = Extract<StatRef, { readonly formula: string }>;
type Full = Extract<StatRef, { readonly stat_type: string }>;

const placed = (widget: TemplateBody["widget"]): Widget => ({ ...widget, id: "preview", x: 0, y: 0, options: widget.options ?? {} });

export function draftOf({ title, description, object_types, pending, columns, widget }: TemplateBody): Draft {
  return { title, description, otherTypes: object_types.filter((type) => type !== widget.query?.object_type), pending, columns, widget: placed(widget) };
}

export const newDraft = (library: readonly Statistic[]): Draft => ({ title: "", description: "", otherTypes: [], pending: [], columns: [], widget: { ...newWidget(library, "grid", "preview"), title: "" } });

/** What is sent; the widgets that it makes are called like the template. */
export function bodyOf(name: string, { title, description, otherTypes, pending, columns, widget }: Draft): TemplateBody {
  const { kind, w, h, query, options } = widget;
  const object_types = query === undefined ? [] : [query.object_type, ...otherTypes];
  return { name, title: title.trim(), description: description.trim(), object_types, pending, columns: columns ?? [], widget: { kind, title: title.trim(), w, h, ...(query === undefined ? {} : { query: { ...query, objects: "*" } }), options: options ?? {} } };
}

/** Types of objects that have all statistics of a draft. */
export function possibleTypes({ widget }: Draft, library: readonly Statistic[]): readonly string[] {
  const names = new Set(chosenStats(widget).filter((stat) => !isFormula(stat)).map(statType));
  const used = library.filter(({ name }) => names.has(name));
  const all = [...new Set(library.flatMap((stat) => stat.object_types))];
  return all.filter((type) => used.every((stat) => stat.object_types.includes(type))).sort();
}

/** Another type of objects: statistics that it has stay, and what is left is never nothing. */
export function withType(draft: Draft, type: string, library: readonly Statistic[]): Draft {
  const { widget } = draft;
  if (widget.query === undefined) return draft;
  const has = new Set(library.filter((stat) => stat.object_types.includes(type)).map(({ name }) => name));
  const kept = chosenStats(widget).filter((stat) => isFormula(stat) || has.has(statType(stat)));
  const isEmpty = kept.every(isFormula);
  const statistics = isEmpty ? (firstQuery(library, widget.kind, type)?.statistics ?? []) : kept;
  if (statistics.length === 0) return draft;
  const moved = { ...widget, query: { ...widget.query, object_type: type, statistics } };
  return { ...draft, otherTypes: draft.otherTypes.filter((other) => other !== type), widget: { ...moved, ...withStatistics(moved, statistics, has) } };
}

/** The columns in another order or other columns; `known`: names of the library. */
export const withColumns = (draft: Draft, statistics: readonly StatRef[], known: ReadonlySet<string>): Draft => ({ ...draft, widget: { ...draft.widget, ...withStatistics(draft.widget, statistics, known) } });

/** One of a column's own words; an empty one is taken away. */
export function withPart(stat: StatRef, key: "title" | "time_profile" | "filter" | "formula" | "unit", value: string): StatRef {
  if (isFormula(stat)) {
    const { [key as "title"]: _, ...rest } = stat as Formula;
    return value === "" && key !== "formula" ? rest : { ...(stat as Formula), [key]: value };
  }
  const full: Full = typeof stat === "string" ? { stat_type: stat } : (stat as Full);
  const { [key as "title"]: _, ...rest } = full;
  if (value !== "") return { ...full, [key]: value };
  return Object.keys(rest).length === 1 ? rest.stat_type : rest;
}

/** A formula to begin with: it is called by a name that no other column has. */
export function newFormula(statistics: readonly StatRef[], title: string): StatRef {
  const taken = new Set(statistics.map(statType));
  let n = 1;
  while (taken.has(`formula_${n}`)) n += 1;
  const first = statistics.find((stat) => !isFormula(stat));
  return { formula: first === undefined ? "1" : statType(first), name: `formula_${n}`, title };
}

/** What takes the place of what: `from` comes to stand at `to`. */
export function dropped<T>(list: readonly T[], from: number, to: number): readonly T[] {
  const [one] = list.slice(from, from + 1);
  if (one === undefined || from === to) return list;
  const rest = list.filter((_, ix) => ix !== from);
  return [...rest.slice(0, to), one, ...rest.slice(to)];
}

/** One sentence for each difference of two templates; none where they are the same. */
export function templateDifferences(was: TemplateBody, is: TemplateBody): readonly string[] {
  const said: string[] = [];
  if (was.title !== is.title) said.push(t`The template was called “${was.title}”, then “${is.title}”.`);
  if (was.description !== is.description) said.push(t`Its description changed.`);
  const types = ({ object_types }: TemplateBody) => object_types.map(typeWords).join(", ");
  if (types(was) !== types(is)) said.push(t`It is for ${types(is)} instead of ${types(was)}.`);
  const named = ({ widget }: TemplateBody, title: string): Widget => placed({ ...widget, title });
  return [...said, ...widgetDifferences(named(was, is.title), named(is, is.title))];
}

/** Why a draft can't be stored yet; null where it can. */
export const faultOf = (draft: Draft, checked: Checked | undefined): string | null => (draft.title.trim() === "" ? t`It needs a name.` : (checked?.columns.find(({ fault }) => fault !== null)?.fault ?? checked?.problem ?? null));

/** "Büro Süd" -> "buro-sud-x7f3": the name of its file, and hardly ever taken. */
export function templateName(title: string, salt: string): string {
  const words = title.normalize("NFD").replace(/\p{M}/gu, "").replace(/[^A-Za-z0-9]+/g, "_").replace(/^_|_$/g, "");
  return `${words.slice(0, 48) || "template"}_${salt}`;
}
