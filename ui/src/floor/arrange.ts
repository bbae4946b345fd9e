// The rows of a table in order: pinned ones on top, the others as sorted, under their groups where the author wants it.
import { byText } from "../kit/collate.ts";
import { t } from "@lingui/core/macro";
import type { Row } from "../live/frame.ts";

export const NO_GROUP = t`No group`;

export interface GroupOf<K> {
  readonly name: string;
  readonly rows: readonly K[];
}

/** Each row lies once: in the first of its groups that the widget selects, or simply in its first. */
export function homeOf(row: Pick<Row, "groups">, selected: readonly string[]): string {
  return row.groups.find((group) => selected.includes(group)) ?? row.groups[0] ?? NO_GROUP;
}

/** Groups by name; rows within them as they came. Who is in none comes last. */
export function underGroups<K>(order: readonly K[], home: (key: K) => string): readonly GroupOf<K>[] {
  const groups = new Map<string, K[]>();
  for (const key of order) {
    const name = home(key);
    const own = groups.get(name);
    if (own === undefined) groups.set(name, [key]);
    else own.push(key);
  }
  return [...groups].map(([name, rows]) => ({ name, rows })).sort((a, b) => Number(a.name === NO_GROUP) - Number(b.name === NO_GROUP) || byText(a.name, b.name));
}

/** Pinned objects first, in the order of their pins. */
export function pinnedFirst<K>(order: readonly K[], objectOf: (key: K) => string, pinned: readonly string[]): readonly K[] {
  if (pinned.length === 0) return order;
  const place = (key: K) => pinned.indexOf(objectOf(key));
  const top = order.filter((key) => place(key) >= 0).sort((a, b) => place(a) - place(b));
  return [...top, ...order.filter((key) => place(key) < 0)];
}
