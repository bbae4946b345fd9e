// The messages of the stream (docs/protocol-stream.md), as types. Parsing is in parse.ts.

/** Microseconds since 1970, UTC: event time. */
export type Micros = number & { readonly __brand: "Micros" };
/** The server's name for a row within one subscription. */
export type RowKey = (string | number) & { readonly __brand: "RowKey" };

export const micros = (value: number): Micros => value as Micros;
export const rowKey = (value: string | number): RowKey => value as RowKey;

export type Flag = "empty" | "invalid" | "partial" | "stale";
/** `not_kept`: the page's own word for a past value of which nothing is stored. */
export type Reason = "no_data" | "source_down" | "not_permitted" | "not_computable" | "not_kept";
export type Unit = "count" | "seconds" | "percent" | "status" | "number";

/** What an agent (or a group) is doing, and since when. */
export interface StatusValue {
  readonly status: string;
  readonly since: Micros | null;
  readonly reasons: Readonly<Record<string, string>>;
  /** On groups: the members' statuses by agent id. */
  readonly members: Readonly<Record<string, string>> | null;
}

export type Value = number | StatusValue | null;

export interface Cell {
  readonly v: Value;
  readonly at: Micros | null;
  readonly flags: readonly Flag[];
  readonly reason: Reason | null;
}

export interface Column {
  readonly key: string;
  readonly statType: string;
  readonly title: string;
  readonly unit: Unit;
  readonly words: string;
}

export interface Row {
  readonly row: RowKey;
  readonly object: string;
  readonly objectType: string;
  readonly name: string;
  readonly groups: readonly string[];
  readonly cells: readonly Cell[];
}

export interface Visible {
  readonly shown: number;
  readonly of: number;
}

/** Changes with the producer or the definition; only compared. */
export type Generation = number | string;

export interface Snapshot {
  readonly type: "snapshot";
  readonly id: number;
  readonly gen: Generation;
  readonly seq: number;
  readonly at: Micros;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  readonly visible: Visible | null;
}

export interface Delta {
  readonly type: "delta";
  readonly id: number;
  readonly gen: Generation;
  /** The first of the frames that this one stands for. */
  readonly from: number;
  readonly seq: number;
  readonly at: Micros;
  readonly set: readonly (readonly [RowKey, number | string, Cell])[];
  readonly added: readonly Row[];
  readonly gone: readonly RowKey[];
  readonly visible: Visible | null;
}

export type SourceStatus = "live" | "starting" | "down" | "stalled" | "gone";

export interface SourceState {
  readonly type: "state";
  readonly source: string;
  /** A source of events, or a producer of values from them. */
  readonly kind: "source" | "producer";
  readonly status: SourceStatus;
  readonly since: Micros | null;
  readonly detail: string | null;
}

export interface Heartbeat {
  readonly type: "heartbeat";
  /** The server's clock: the age of values is counted against it. */
  readonly at: Micros;
  readonly sources: readonly SourceState[];
}

export interface Refusal {
  readonly type: "error";
  /** The subscription it speaks of; null: the whole stream. */
  readonly id: number | null;
  readonly code: string;
  readonly message: string;
  /** It speaks of one column only; the table goes on. */
  readonly column: number | null;
}

export interface Bye {
  readonly type: "bye";
  readonly reason: string;
  readonly retryMs: number;
}

export type Frame = Snapshot | Delta | SourceState | Heartbeat | Refusal | Bye;

/** A statistic by name, in full, or a formula of the others. */
export type StatRef =
  | string
  | { readonly stat_type: string; readonly time_profile?: string; readonly time_range?: string; readonly filter?: string; readonly title?: string; readonly name?: string }
  | { readonly formula: string; readonly title?: string; readonly unit?: string; readonly name?: string };

/** What a page asks for. */
export interface Query {
  readonly object_type: string;
  readonly objects: "*" | readonly string[];
  readonly statistics: readonly StatRef[];
}

export type Demand = { readonly query: Query } | { readonly board: string; readonly widget: string };

export interface Position {
  readonly gen: Generation;
  readonly seq: number;
}

export type Request =
  | ({ readonly op: "open"; readonly id: number; readonly merge: true; readonly from?: Position } & Demand)
  | { readonly op: "close"; readonly id: number }
  | { readonly op: "ack"; readonly id: number; readonly seq: number };

/** Makes the compiler name a case that a switch forgot. */
export function unreachable(value: never): never {
  throw new Error(`a case was forgotten: ${JSON.stringify(value)}`);
}
