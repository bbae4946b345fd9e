// Text of a WebSocket message -> Frame. What can't be read becomes null: the caller counts it and goes on.
import { t } from "@lingui/core/macro";
import {
  micros,
  rowKey,
  type Cell,
  type Column,
  type Delta,
  type Flag,
  type Frame,
  type Micros,
  type Reason,
  type Row,
  type SourceState,
  type SourceStatus,
  type StatusValue,
  type Unit,
  type Value,
  type Visible,
} from "./frame.ts";

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);
const text = (value: unknown, otherwise = ""): string =>
  typeof value === "string" ? value : typeof value === "number" ? String(value) : otherwise;
const time = (value: unknown): Micros | null => (typeof value === "number" && Number.isFinite(value) ? micros(value) : null);
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const key = (value: unknown) => (typeof value === "string" || typeof value === "number" ? rowKey(value) : null);

const FLAGS: ReadonlySet<unknown> = new Set<Flag>(["empty", "invalid", "partial", "stale"]);
const REASONS: ReadonlySet<unknown> = new Set<Reason>(["no_data", "source_down", "not_permitted", "not_computable"]);
const UNITS: ReadonlySet<unknown> = new Set<Unit>(["count", "seconds", "percent", "status", "number"]);
const STATUSES: ReadonlySet<unknown> = new Set<SourceStatus>(["live", "starting", "down", "stalled", "gone"]);
const NO_FLAGS: readonly Flag[] = [];

/** Reads one message. */
export function parseFrame(message: string): Frame | null {
  let json: unknown;
  try {
    json = JSON.parse(message);
  } catch {
    return null;
  }
  return isObject(json) ? readFrame(json) : null;
}

function readFrame(json: Json): Frame | null {
  switch (json["type"]) {
    case "snapshot":
      return readSnapshot(json);
    case "delta":
      return readDelta(json);
    case "state":
      return readState(json);
    case "heartbeat": {
      const at = time(json["at"]);
      return at === null ? null : { type: "heartbeat", at, sources: list(json["sources"]).filter(isObject).map(readState) };
    }
    case "error":
      return {
        type: "error",
        id: typeof json["id"] === "number" ? json["id"] : null,
        code: text(json["code"], "error"),
        message: text(json["message"], t`the server refused without a word`),
        column: typeof json["column"] === "number" ? json["column"] : null,
      };
    case "bye": {
      const retry = json["retry_ms"];
      return { type: "bye", reason: text(json["reason"]), retryMs: typeof retry === "number" ? Math.max(0, retry) : 1000 };
    }
    default:
      return null;
  }
}

/** A table that was asked for once, as if the stream had told it. */
export const readTable = (answer: unknown, id: number, seq: number): Frame | null => (isObject(answer) ? readSnapshot({ ...answer, id, seq, gen: "past" }) : null);

function readState(json: Json): SourceState {
  const since = time(json["since"]);
  return {
    type: "state",
    source: text(json["source"], "source"),
    kind: json["kind"] === "producer" ? "producer" : "source",
    status: STATUSES.has(json["status"]) ? (json["status"] as SourceStatus) : "down",
    since: since === 0 ? null : since,
    detail: text(json["detail"]) || null,
  };
}

function readVisible(json: unknown): Visible | null {
  return isObject(json) && typeof json["shown"] === "number" && typeof json["of"] === "number" ? { shown: json["shown"], of: json["of"] } : null;
}

/** What snapshots and deltas share; null where the message is not usable. */
function readHead(json: Json) {
  const { id, gen, seq } = json;
  const at = time(json["at"]);
  if (typeof id !== "number" || typeof seq !== "number" || at === null) return null;
  return { id, gen: typeof gen === "number" ? gen : text(gen), seq, at };
}

function readSnapshot(json: Json): Frame | null {
  const head = readHead(json);
  if (head === null) return null;
  return {
    type: "snapshot",
    ...head,
    columns: list(json["columns"]).filter(isObject).map(readColumn),
    rows: list(json["rows"]).flatMap(readRow),
    visible: readVisible(json["visible"]),
  };
}

function readDelta(json: Json): Frame | null {
  const head = readHead(json);
  if (head === null) return null;
  const set: Delta["set"][number][] = [];
  for (const change of list(json["set"])) {
    const [row, column, cell] = list(change);
    const named = key(row);
    if (named === null || (typeof column !== "number" && typeof column !== "string")) return null;
    set.push([named, column, readCell(cell)]);
  }
  return {
    type: "delta",
    ...head,
    from: typeof json["from"] === "number" ? json["from"] : head.seq,
    set,
    added: list(json["new"]).flatMap(readRow),
    gone: list(json["gone"]).flatMap((row) => key(row) ?? []),
    visible: readVisible(json["visible"]),
  };
}

function readColumn(json: Json): Column {
  const name = text(json["key"]);
  const statType = text(json["stat_type"], name);
  return {
    key: name,
    statType,
    title: text(json["title"], statType),
    unit: UNITS.has(json["unit"]) ? (json["unit"] as Unit) : "number",
    words: text(json["words"]),
  };
}

function readRow(json: unknown): Row | [] {
  if (!isObject(json)) return [];
  const row = key(json["row"]) ?? key(json["object"]);
  if (row === null) return [];
  const object = text(json["object"], String(row));
  return {
    row,
    object,
    objectType: text(json["object_type"]),
    name: text(json["name"], object) || object,
    groups: list(json["groups"]).map((group) => text(group)),
    cells: list(json["cells"]).map(readCell),
  };
}

/** Never fails: what has no readable value is "no data yet". */
export function readCell(json: unknown): Cell {
  if (!isObject(json)) return { v: null, at: null, flags: NO_FLAGS, reason: "no_data" };
  const v = readValue(json["v"]);
  const flags = json["flags"];
  const at = time(json["at"]);
  return {
    v,
    // The beginning of time stands for "never".
    at: at === 0 ? null : at,
    flags: Array.isArray(flags) && flags.length > 0 ? (flags.filter((flag) => FLAGS.has(flag)) as Flag[]) : NO_FLAGS,
    reason: REASONS.has(json["reason"]) ? (json["reason"] as Reason) : v === null ? "no_data" : null,
  };
}

function readValue(v: unknown): Value {
  if (typeof v === "number") return Number.isFinite(v) ? v : null;
  if (!isObject(v)) return null;
  const status: StatusValue = {
    status: text(v["status"], "NotMonitored"),
    since: time(v["since"]),
    reasons: readReasons(v["reasons"]),
    members: readMembers(v["members"]),
  };
  return status;
}

function readReasons(json: unknown): Readonly<Record<string, string>> {
  const entries = isObject(json)
    ? Object.entries(json)
    : list(json).map((item, ix): [string, unknown] =>
        Array.isArray(item) ? [text(item[0]), item[1]] : isObject(item) ? [text(item["key"]), item["value"]] : [String(ix), item],
      );
  return Object.fromEntries(entries.map(([name, value]) => [name, text(value)]).filter(([, value]) => value !== ""));
}

function readMembers(json: unknown): Readonly<Record<string, string>> | null {
  if (!isObject(json)) return null;
  return Object.fromEntries(Object.entries(json).map(([agent, status]) => [agent, text(status)]));
}
