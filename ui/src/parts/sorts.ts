// Orders by several columns, as an address and a stored widget write them: "-Calls_Entered,name".
import type { Sort } from "../kit/grid/types.ts";

export function readSorts(text: string | undefined): readonly Sort[] {
  return (text ?? "")
    .split(",")
    .filter((part) => part !== "" && part !== "-")
    .map((part) => (part.startsWith("-") ? { column: part.slice(1), direction: "descending" } : { column: part, direction: "ascending" }));
}

export const writeSorts = (sorts: readonly Sort[]): string => sorts.map(({ column, direction }) => (direction === "descending" ? `-${column}` : column)).join(",");

/** After a click on a title: alone it becomes the order; added, it refines the order that is there. A third click takes it away. */
export function nextSorts(now: readonly Sort[], column: string, { isAdded, isText }: { readonly isAdded: boolean; readonly isText: boolean }): readonly Sort[] {
  const natural = isText ? "ascending" : "descending";
  const known = now.find((sort) => sort.column === column);
  const turned: Sort | null = known === undefined ? { column, direction: natural } : known.direction === natural ? { column, direction: natural === "ascending" ? "descending" : "ascending" } : null;
  if (!isAdded) {
    // Alone, a column that only refined the order before begins anew.
    const isFirst = now.length === 1 && known !== undefined;
    return isFirst ? (turned === null ? [] : [turned]) : [{ column, direction: natural }];
  }
  if (known === undefined) return turned === null ? now : [...now, turned];
  return now.flatMap((sort) => (sort.column === column ? (turned ?? []) : sort));
}
