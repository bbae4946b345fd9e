// A widget's options: what its author chose, with sensible values where nothing was said.
import { readFormats, type Format } from "./formats.ts";
import { readSelection, type Selection } from "./select.ts";
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
  /** "-Calls_Entered,name": the order in which a grid begins. */
  readonly sort: string | undefined;
  /** Which of the rows that came are shown. */
  readonly select: Selection;
  /** Objects that stay on top. */
  readonly pinned: readonly string[];
  /** Rows lie under their groups, with sub-totals. */
  readonly isGrouped: boolean;
  /** Statistics that are there for the sub-totals' sake only. */
  readonly support: ReadonlySet<string>;
  /** Statistics that carry a small line of their last hour. */
  readonly sparks: ReadonlySet<string>;
  readonly formats: readonly Format[];
  /** Width of an interval of a heat map, minutes. */
  readonly step: number;
  /** The top of a gauge's scale; null: from the unit and the limits. */
  readonly scaleTo: number | null;
  /** Statuses by the names of the stream: a grid shows only rows in one of them; none named: all rows. */
  readonly onlyStatus: readonly string[];
  readonly density: "compact" | "normal";
}

const TOTALS: readonly unknown[] = ["auto", "sum", "max", "service_level", "ratio"] satisfies TotalKind[];
const MINUTES = { least: 5, usual: 120, most: 24 * 60 };
const SERIES = { least: 1, usual: 5, most: 40 };
const STEP = { least: 5, usual: 15, most: 60 };

/** Reads options; `first` is the statistic that plain limits (`warn`, `breach`, `warn_below`, `breach_below`) speak of. */
export function readOptions(options: unknown, first: string): WidgetOptions {
  const said: Readonly<Record<string, unknown>> = typeof options === "object" && options !== null ? (options as Record<string, unknown>) : {};
  const plain = plainThreshold(said);
  const thresholds = readThresholds(said);
  const sort = Array.isArray(said["sort"]) ? textsOf(said["sort"]).join(",") : textOf(said["sort"]);
  return {
    thresholds: plain === null ? thresholds : { ...thresholds, [first]: plain },
    total: TOTALS.includes(said["total"]) ? (said["total"] as TotalKind) : "auto",
    part: textOf(said["part"]),
    whole: textOf(said["whole"]),
    minutes: within(said["minutes"], MINUTES),
    seriesMax: within(said["series_max"], SERIES),
    sort: sort || undefined,
    select: readSelection(said["select"]),
    pinned: textsOf(said["pinned"]),
    isGrouped: said["group_by"] === "group",
    support: new Set(textsOf(said["support"])),
    sparks: new Set(textsOf(said["sparks"])),
    formats: readFormats(said["formats"]),
    step: within(said["step"], STEP),
    scaleTo: typeof said["scale_to"] === "number" && said["scale_to"] > 0 ? said["scale_to"] : null,
    onlyStatus: textsOf(said["only_status"]),
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

const textsOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value.filter((text): text is string => typeof text === "string") : []);
const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

function within(value: unknown, { least, usual, most }: { readonly least: number; readonly usual: number; readonly most: number }): number {
  return typeof value === "number" && Number.isFinite(value) ? Math.min(most, Math.max(least, Math.round(value))) : usual;
}
