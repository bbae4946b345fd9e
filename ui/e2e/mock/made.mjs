// What made a number, invented: as many calls as the number says, each with the records behind it.
const RULES = { seconds: "TotalTime", percent: "RelativeNumberPercentage" };

/** `trouble`: "busy", "too_much", "no_value", "not_available", "short", "differs". */
export function madeOf(url, unitOf, now, trouble) {
  const ask = (name) => url.searchParams.get(name) ?? "";
  const refused = { busy: [503, "others ask just now"], too_much: [503, "the journal is too long"], no_value: [404, "there was no value then"], not_available: [501, "nobody can tell"], hidden: [403, "you may not ask this"] }[trouble];
  if (refused) return { code: refused[0], body: { code: trouble, message: refused[1] } };
  const shown = Number(ask("shown")), at = Number(ask("at")), [skip, limit] = [Number(ask("skip")), Number(ask("limit"))];
  const rule = RULES[unitOf(ask("definition").split("|")[0])] ?? "TotalNumber";
  const total = rule === "TotalNumber" ? Math.round(shown) : rule === "TotalTime" ? Math.max(1, Math.round(shown / 60)) : 40;
  const day = Math.floor(now / 86_400) * 86_400e6;
  const item = (n) => {
    const begun = at - (n + 1) * 90e6, seconds = rule === "TotalTime" ? Math.round(shown / total) : 20 + ((n * 7) % 90);
    const told = (event, seq, time) => ({ source: "sip-demo", epoch: 3, seq, time, received: time, event });
    return { what: "CallAnswered", call_type: "Inbound", call: `00ab${String(4711 - n).padStart(6, "0")}`, by: n % 5 === 4 ? { object_type: "Agent" } : { object_type: "Agent", object: `A${1001 + (n % 7)}` }, begun, ended: begun + seconds * 1e6, seconds, main: rule !== "RelativeNumberPercentage" || n % 4 !== 0, rel: true, in_range: false, records: [told("Queued", 90_000 - 3 * n, begun), told("Established", 90_001 - 3 * n, begun + seconds * 1e6)] };
  };
  const items = Array.from({ length: Math.max(0, Math.min(limit, total - skip)) }, (_, n) => item(skip + n));
  const sums = { count: total, seconds: Math.round(shown), longest: 110, shortest: 20, in_range: 0 };
  const value = trouble === "differs" ? shown + 1 : shown;
  return { code: 200, body: { definition: ask("definition"), object: ask("object"), at, from: day, until: at, rule, value, empty: false, folded: value, agrees: value === shown && trouble !== "short", journal_from: trouble === "short" ? at - 600e6 : day - 3600e6, is_short: trouble === "short", total, main: rule === "RelativeNumberPercentage" ? { ...sums, count: 30 } : sums, rel: sums, items } };
}
