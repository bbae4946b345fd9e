// "Tell me when": a number of one object, watched once. Pure; the pages give it figures and a clock.
export interface Watch {
  readonly id: string;
  readonly objectType: string;
  readonly object: string;
  readonly name: string;
  /** The statistic, and what it is called. */
  readonly statistic: string;
  readonly title: string;
  readonly unit: string;
  readonly when: "above" | "below";
  readonly limit: number;
}

/** Watches that a browser keeps. */
export const WATCHES_MAX = 20;

export const isMet = ({ when, limit }: Pick<Watch, "when" | "limit">, value: number | null): boolean => value !== null && (when === "above" ? value > limit : value < limit);

/** What was kept, read; what can't be read is forgotten. */
export function readWatches(text: string | null): readonly Watch[] {
  try {
    const kept: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(kept) ? kept.filter(isWatch).slice(0, WATCHES_MAX) : [];
  } catch {
    return [];
  }
}

function isWatch(value: unknown): value is Watch {
  if (typeof value !== "object" || value === null) return false;
  const said = value as Record<string, unknown>;
  const texts = ["id", "objectType", "object", "name", "statistic", "title", "unit"].every((key) => typeof said[key] === "string");
  return texts && (said["when"] === "above" || said["when"] === "below") && typeof said["limit"] === "number" && Number.isFinite(said["limit"]);
}

/** A new one at the end; the same question is not kept twice. */
export function withWatch(watches: readonly Watch[], watch: Watch): readonly Watch[] {
  const same = (each: Watch) => each.object === watch.object && each.objectType === watch.objectType && each.statistic === watch.statistic && each.when === watch.when && each.limit === watch.limit;
  return [...watches.filter((each) => !same(each)), watch].slice(-WATCHES_MAX);
}
