// Alerts and rules of the stand-in server.
const problem = (code, message, cure) => ({ code, body: { code: String(code), message, cure } });

/** What rings when the stand-in starts; `seconds` ago. */
const FIRST = [
  { id: "a1", title: "Callers wait too long", text: "Call in whoever is in training; tell the duty manager.", severity: "critical", phase: "raised", object: "8010", name: "Billing", statistic: "Longest wait", unit: "seconds", condition: { is: "above", raise: 120, clear: 60 }, value: 184, seconds: 412 },
  { id: "a2", title: "Service level is low", text: "", severity: "warning", phase: "raised", object: "8020", name: "Orders", statistic: "Service level", unit: "percent", condition: { is: "below", raise: 80 }, value: 71, seconds: 1570, unknown: 95 },
  { id: "a3", title: "Many give up", text: "", severity: "warning", phase: "acknowledged", object: "8030", name: "Returns", statistic: "Abandoned", unit: "count", condition: { is: "above", raise: 10 }, value: 12, seconds: 2900, acknowledged: { by: "jon", seconds: 2500, note: "The line of the warehouse is down, they know." } },
];
const OVER = [{ id: "a0", title: "Callers wait too long", text: "", severity: "critical", phase: "cleared", object: "8020", name: "Orders", statistic: "Longest wait", unit: "seconds", condition: { is: "above", raise: 120, clear: 60 }, value: 131, seconds: 9000, cleared: 8400, because: "well", failed: "it answered 404 Not Found; look there why, or change the address" }];

export function makeAlertApi({ now }) {
  const alerts = [...FIRST, ...OVER].map(({ seconds, unknown, cleared, failed, acknowledged, ...alert }) => {
    const ago = (s) => now() - s * 1e6;
    return {
      ...alert, rule: "r1", object_type: "Queue", definition: "x", raised_at: ago(seconds), unknown_since: unknown === undefined ? null : ago(unknown), cleared_at: cleared === undefined ? null : ago(cleared),
      because: alert.because ?? null, acknowledged: acknowledged === undefined ? null : { ...acknowledged, at: ago(acknowledged.seconds) }, snoozed: null,
      deliveries: failed === undefined ? [] : [{ of: "raised", state: { is: "failed", at: ago(seconds), cause: failed } }],
    };
  });
  const rules = [];
  const line = (rule, by) => ({ ...rule, owner: by, mine: true, standing: rule.rule.enabled ? "watched" : "off", cause: null, statistic: "Longest wait", unit: "seconds" });

  /** Null: it is not about alerts. */
  return async function api(request, path, read, by, isEmpty) {
    if (path === "/alerts") {
      const seen = isEmpty ? [] : alerts;
      return { code: 200, body: { at: now(), open: seen.filter(({ cleared_at }) => cleared_at === null), recent: seen.filter(({ cleared_at }) => cleared_at !== null) } };
    }
    const [, id, act] = /^\/alerts\/(\w+)\/(acknowledge|snooze)$/.exec(path) ?? [];
    if (id !== undefined) {
      const alert = alerts.find((each) => each.id === id);
      const body = await read();
      if (act === "acknowledge") Object.assign(alert, { phase: "acknowledged", acknowledged: { by, at: now(), note: body.note }, snoozed: null });
      else Object.assign(alert, { phase: "snoozed", snoozed: { by, until: now() + (body.minutes ?? 15) * 60e6 }, acknowledged: null });
      return { code: 200, body: alert };
    }
    if (path === "/rules/trial") {
      const { rule, from, to } = await read();
      const firings = [0.35, 0.5, 0.8].map((part, ix) => ({ object: "8010", name: "Billing", raised_at: Math.round(from + (to - from) * part), cleared_at: Math.round(from + (to - from) * part + (90 + ix * 40) * 1e6), value: 131 + ix })).reverse();
      return { code: 200, body: { from, to, since: from, times: rule.condition.raise < 60 ? 12 : 3, firings, objects: 8, left_out: 0 } };
    }
    if (path === "/rules" && request.method === "GET") return { code: 200, body: isEmpty ? [] : rules.map((rule) => line(rule, by)) };
    if (path === "/rules" && request.method === "POST") {
      const rule = await read();
      if (rule.webhook !== undefined) return problem(422, "webhook: messages may not go to that origin", "ask an administrator to add it");
      rules.push({ id: `r${rules.length + 1}`, revision: 1, rule });
      return { code: 201, body: line(rules.at(-1), by) };
    }
    const [, name] = /^\/rules\/(\w+)$/.exec(path) ?? [];
    if (name === undefined) return null;
    const ix = rules.findIndex((each) => each.id === name);
    if (ix < 0) return problem(404, "there is no such rule of yours");
    if (request.method === "DELETE") {
      rules.splice(ix, 1);
      return { code: 204 };
    }
    rules[ix] = { ...rules[ix], rule: await read(), revision: rules[ix].revision + 1 };
    return { code: 200, body: line(rules[ix], by) };
  };
}
