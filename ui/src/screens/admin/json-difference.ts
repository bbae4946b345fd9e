// What differs between two documents, place by place. Pure.
export interface PlaceDifference {
  /** "widgets / Waiting now / title" */
  readonly place: string;
  /** null: it was not there. */
  readonly before: string | null;
  readonly after: string | null;
}

/** Every place of a document with what stands there. Things in lists go by what names them. */
function places(value: unknown, at: string, found: Map<string, string>): Map<string, string> {
  if (Array.isArray(value)) {
    if (value.length > 0 && value.every((each) => typeof each !== "object" || each === null)) found.set(at, value.map(String).join(", "));
    else value.forEach((each, ix) => places(each, join(at, nameOf(each) ?? String(ix + 1)), found));
  } else if (typeof value === "object" && value !== null) {
    for (const [key, each] of Object.entries(value)) places(each, join(at, key), found);
  } else if (value !== null && value !== undefined) found.set(at, String(value));
  return found;
}

const join = (at: string, next: string): string => (at === "" ? next : `${at} / ${next}`);

function nameOf(value: unknown): string | null {
  if (typeof value !== "object" || value === null) return null;
  const { id, name, title } = value as Record<string, unknown>;
  const said = [id, name, title].find((each) => typeof each === "string" && each !== "");
  return typeof said === "string" ? said : null;
}

/** In the order of the later document; what is gone comes last. */
export function jsonDifferences(before: unknown, after: unknown): readonly PlaceDifference[] {
  const [old, now] = [places(before, "", new Map()), places(after, "", new Map())];
  const told = [...now].map(([place, text]) => ({ place, before: old.get(place) ?? null, after: text }));
  const gone = [...old].filter(([place]) => !now.has(place)).map(([place, text]) => ({ place, before: text, after: null }));
  return [...told, ...gone].filter((each) => each.before !== each.after);
}
