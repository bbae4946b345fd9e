// Templates and where they are used: what is asked, what comes back.
import { queryOptions } from "@tanstack/react-query";
import { call, get, getText } from "./client.ts";
import type { Template } from "./types.ts";

/** What a page sends of a template. */
export type TemplateBody = Pick<Template, "name" | "title" | "description" | "object_types" | "pending" | "widget"> & { readonly columns?: Template["columns"] };

/** Where something is used; what one may not look at is only counted. */
export interface Uses {
  readonly boards: readonly { readonly id: string; readonly title: string; readonly widgets: number }[];
  readonly templates: readonly { readonly id: string; readonly title: string }[];
  readonly rules: readonly { readonly id: string; readonly title: string }[];
  readonly hidden: { readonly boards: number; readonly widgets: number; readonly rules: number };
}

/** What a template would show, and what is wrong with it. */
export interface Checked {
  readonly columns: readonly { readonly name: string; readonly title: string; readonly unit: string; readonly words: string; readonly fault: string | null }[];
  readonly problem: string | null;
}

const path = (name: string): string => `/templates/${encodeURIComponent(name)}`;

/** As it was written: what somebody edits is not put into another language. */
export const templateQuery = (name: string) => queryOptions({ queryKey: ["templates", name], queryFn: () => get<Template>(path(name)), staleTime: 0, gcTime: 0 });

export const usesQuery = (of: "templates" | "statistics", name: string) => queryOptions({ queryKey: ["uses", of, name], queryFn: () => get<Uses>(`/${of}/${encodeURIComponent(name)}/uses`), staleTime: 0 });

export const readTemplate = (name: string): Promise<Template> => get(path(name));

export const checkTemplate = (body: TemplateBody): Promise<Checked> => call("POST", "/templates/check", body);

/** A new one, or over the revision that was read. */
export const storeTemplate = (body: TemplateBody, over: number | null): Promise<Template> => (over === null ? call("POST", "/templates", body) : call("PUT", path(body.name), body, over));

export const removeTemplate = ({ name, revision }: Pick<Template, "name" | "revision">): Promise<void> => call("DELETE", path(name), undefined, revision);

export const templateText = (name: string): Promise<string> => getText(`${path(name)}/text`);

/** A file as the template that it would become; a fault says its line. */
export const readTemplateText = (name: string, text: string): Promise<TemplateBody> => call("POST", "/templates/read", { name, text });
