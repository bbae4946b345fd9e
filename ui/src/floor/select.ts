// Which rows a widget shows: all, those of some groups, or those whose name says something. Objects that come later follow the same rule.
import type { Row } from "../live/frame.ts";

export interface Selection {
  /** In one of these groups; none named: in any. */
  readonly groups: readonly string[];
  /** Part of the name or the number; several words must all be there. */
  readonly name: string;
}

export const EVERYTHING: Selection = { groups: [], name: "" };

export function readSelection(said: unknown): Selection {
  if (typeof said !== "object" || said === null) return EVERYTHING;
  const { groups, name } = said as Record<string, unknown>;
  return {
    groups: Array.isArray(groups) ? groups.filter((group): group is string => typeof group === "string") : [],
    name: typeof name === "string" ? name.trim() : "",
  };
}

export const isEverything = ({ groups, name }: Selection): boolean => groups.length === 0 && name === "";

export function isChosen(row: Pick<Row, "name" | "object" | "groups">, { groups, name }: Selection): boolean {
  if (groups.length > 0 && !row.groups.some((group) => groups.includes(group))) return false;
  if (name === "") return true;
  const text = plain(`${row.name} ${row.object}`);
  return plain(name).split(/\s+/).every((word) => text.includes(word));
}

const plain = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
