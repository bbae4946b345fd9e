// A widget's options: what its author chose, with sensible values where nothing was said.
import { readThresholds, type Threshold, type Thresholds } from "./thresholds.ts";

/** How one number is made of several objects. */
export type TotalKind = "auto" | "sum" | "max" | "service_level" | "ratio";

export interface WidgetOptions {
  readonly thresholds: Thresholds;
  readonly total: TotalKind;
  /** For a ratio: the statistics that are its part and its whole. */
  readonly part: string;
  readonly whole: string;
  /** How far lines reach back. */
  readonly minutes: number;
  readonly seriesMax: number;
  /** "-Calls_Entered": the order in which a grid begins. */
  readonly sort: string | undefined;
  /** Statuses by the names of the stream: a grid shows only rows in one of them; none named: all rows. */
  readonly onlyStatus: readonly string[];
  readonly density: "compact" | "normal";
}

const TOTALS: readonly unknown[] = ["auto", "sum", "max", "service_level", "ratio"] satisfies TotalKind[];
const MINUTES = { least: 5, usual: 120, most: 24 * 60 };
const SERIES = { least: 1, usual: 5, most: 8 };

/** Reads options; `first` is the statistic that plain limits (`warn`, `breach`, `warn_below`, `breach_below`) speak of. */
export function readOptions(options: unknown, first: string): WidgetOptions {
  const said: Readonly<Record<string, unknown>> = typeof options === "object" && options !== null ? (options as Record<string, unknown>) : {};
  const plain = plainThreshold(said);
  const thresholds = readThresholds(said);
  const [sort] = Array.isArray(said["sort"]) ? (said["sort"] as unknown[]) : [said["sort"]];
  return {
    thresholds: plain === null ? thresholds : { ...thresholds, [first]: plain },
    total: TOTALS.includes(said["total"]) ? (said["total"] as TotalKind) : "auto",
    part: textOf(said["part"]),
    whole: textOf(said["whole"]),
    minutes: within(said["minutes"], MINUTES),
    seriesMax: within(said["series_max"], SERIES),
    sort: textOf(sort) || undefined,
    onlyStatus: Array.isArray(said["only_status"]) ? said["only_status"].filter((name): name is string => typeof name === "string") : [],
    density: said["density"] === "normal" ? "normal" : "compact",
  };
}

function plainThreshold(said: Readonly<Record<string, unknown>>): Threshold | null {
  const limit = (key: string): number | null => (typeof said[key] === "number" ? said[key] : null);
  const below = { warn: limit("warn_below"), breach: limit("breach_below"), when: "below" as const };
  if (below.warn !== null || below.breach !== null) return below;
  const above = { warn: limit("warn"), breach: limit("breach"), when: "above" as const };
  return above.warn !== null || above.breach !== null ? above : null;
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

function within(value: unknown, { least, usual, most }: { readonly least: number; readonly usual: number; readonly most: number }): number {
  return typeof value === "number" && Number.isFinite(value) ? Math.min(most, Math.max(least, Math.round(value))) : usual;
}
