// Widgets from templates: what a template makes, for one of the types of objects that it is for.
import { t } from "@lingui/core/macro";
import type { Template, Widget } from "../api/types.ts";

export type FromTemplate = Pick<Widget, "kind" | "title" | "w" | "h"> & Partial<Pick<Widget, "query" | "options">>;

/** The widget of a template; `type`: of other objects than usual. */
export function fromTemplate({ name, widget }: Template, type?: string): FromTemplate {
  const { kind, title, w, h, query, options } = widget;
  // The widget goes its own way from here on; it remembers where it comes from, so that one sees where a template is used.
  const made = query === undefined || type === undefined ? query : { ...query, object_type: type };
  return { kind, title, w, h, ...(made === undefined ? {} : { query: made }), options: { ...options, template: name } };
}

/** What a template is not able to show yet, in words; null where it is whole. */
export function pendingWords({ pending, widget }: Template): string | null {
  if (pending.length === 0) return null;
  const shown = widget.query?.statistics.length ?? 0;
  if (shown === 0) return t`None of its statistics can be computed by this version.`;
  return t`${pending.length} of its ${pending.length + shown} statistics can’t be computed by this version and are left out.`;
}

/** Whether anything can be shown: a template all of whose statistics are pending has nothing to ask for. */
export const isUsable = ({ widget, object_types }: Template): boolean => object_types.length === 0 || (widget.query?.statistics.length ?? 0) > 0;
