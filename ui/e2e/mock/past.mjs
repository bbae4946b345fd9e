// The past of the stand-in server: steps as the real one keeps them, values that follow from column, object and time; and notes.
import { STATISTICS } from "./centre.mjs";

const KEPT = 35 * 86_400;
const nameOf = (stat) => (typeof stat === "string" ? stat : (stat.stat_type ?? stat.name));
const seedOf = (text) => [...text].reduce((n, c) => (n * 31 + c.charCodeAt(0)) % 997, 7);

/** What a line of history shows, too. */
export const waveAt = (t, key, object) => { const seed = seedOf(key + object); return Math.max(0, 84 + 6 * Math.sin(t / 1900 + seed) + 2 * Math.sin(t / 400 + seed)); };

export const keyOf = (stat, type) => `${nameOf(stat)}|${type}|${stat.time_profile ?? "Default"}|||`;

function stepOf(at, now) {
  if (at > now) return { code: 400, body: { code: "out_of_range", message: "'at' lies ahead of now" } };
  if (at < now - KEPT) return { code: 400, body: { code: "out_of_range", message: "'at' is longer ago than values are kept: 35 days" } };
  const within = Math.min(at, now - 15);
  const length = now - within <= 86_400 ? 10 : 60;
  return { step: Math.floor(within / length) * length };
}

const valueAt = (stat, key, object, t) => {
  const wave = waveAt(t, key, object);
  const unit = STATISTICS.find(({ name }) => name === nameOf(stat))?.unit;
  return unit === "percent" ? wave : Math.floor(wave / (unit === "seconds" ? 1 : 4));
};

export function makePast({ centre, columnsOf }) {
  const notes = [];
  function table(url) {
    const query = JSON.parse(url.searchParams.get("query"));
    // By the server's clock, not by that of the values, which may be behind.
    const now = Date.now() / 1000;
    const found = stepOf(Number(url.searchParams.get("at")) / 1e6, now);
    if (found.code) return found;
    const { step } = found;
    // A night in which nobody computed, three days ago.
    const isAwake = Math.abs(step - (now - 3 * 86_400)) > 1800;
    const isKept = isAwake && query.object_type === "Queue";
    const objects = centre.objects(query.object_type).filter(({ object }) => query.objects === "*" || query.objects.includes(object));
    const rows = objects.map((o, ix) => ({
      row: ix, object: o.object, object_type: query.object_type, name: o.name, groups: o.groups,
      cells: query.statistics.map((stat) => (isKept ? { v: valueAt(stat, keyOf(stat, query.object_type), o.object, step), at: step * 1e6, ...(ix === 1 ? { flags: ["partial"] } : {}) } : { v: null, at: 0, reason: "no_data" })),
    }));
    return { code: 200, body: { at: step * 1e6, awake: isAwake, columns: columnsOf(query), rows, visible: { shown: rows.length, of: rows.length } } };
  }
  async function noted(request, path, read, by) {
    if (path === "/notes" && request.method === "GET") return { code: 200, body: [...notes].sort((a, b) => a.from - b.from) };
    if (path === "/notes") {
      const note = { ...(await read()), id: `n${notes.length + 1}`, author: by, removable: true };
      if (note.kind === "bad_data" && note.to === undefined) return { code: 422, body: { code: "invalid_note", message: "to: bad data has a beginning and an end" } };
      notes.push(note);
      return { code: 201, body: note };
    }
    const ix = notes.findIndex(({ id }) => path === `/notes/${id}`);
    if (ix < 0) return { code: 404, body: { code: "not_found", message: "there is no such note of yours" } };
    notes.splice(ix, 1);
    return { code: 204 };
  }
  return { table, noted };
}
