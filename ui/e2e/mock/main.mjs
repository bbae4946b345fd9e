// A stand-in for the server: the same REST and stream messages, a made-up centre, and switches for every kind of trouble.
// `npm run mock -- --port 8080 [--agents 1000] [--queues-empty]`; POST /mock {"stall":true} and the like turn trouble on and off.
import { createReadStream, existsSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { WebSocketServer } from "ws";
import { boards as shipped } from "./boards.mjs";
import { makeAdminApi } from "./admin-api.mjs";
import { makeAlertApi } from "./alert-api.mjs";
import { makeBoardApi } from "./board-api.mjs";
import { makeWallApi } from "./wall-api.mjs";
import { madeOf } from "./made.mjs";
import { makeTemplateApi } from "./template-api.mjs";
import { makeCentre, STATISTICS } from "./centre.mjs";
import { keyOf, makePast, waveAt } from "./past.mjs";
import { waitingOf } from "./waiting.mjs";

const DIST = fileURLToPath(new URL("../../dist", import.meta.url));
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2" };
// The policy of the real server.
const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const nameOf = (stat) => (typeof stat === "string" ? stat : (stat.stat_type ?? stat.name));

export const CALM = { stall: false, silent: false, down: false, refuse: null, empty: false, slow: 0, partial: false, denyBoards: false, fail: false, missing: false, build: null, made: null, waiting: null, roles: null, service: null };

/** `churn`: numbers tremble by so much; `changing`: only the first so many rows change. */
export function startMock({ port = 8080, agents = 56, seed = 7, everyMs = 1000, churn = 0, changing = Infinity, codeLives = 300 } = {}) {
  let trouble = { ...CALM };
  // Thousands of agents need no day behind them to be drawn.
  const centre = makeCentre({ seed, agents, ...(agents > 2000 ? { warmSec: 120 } : {}), startSec: Math.floor(Date.now() / 1000) });
  const user = { user: "mara", name: "Mara Lindgren", roles: ["editor"], csrf: "token" };
  /** Who has signed in, by the name of the session. */
  const sessions = new Map();
  const boards = structuredClone(shipped);
  const columnsOf = (query) => query.statistics.map((stat) => { const name = nameOf(stat); const s = STATISTICS.find((x) => x.name === name); return { key: keyOf(stat, query.object_type), stat_type: name, title: s?.title ?? name, unit: s?.unit ?? "number", words: s?.words ?? "" }; });
  const past = makePast({ centre, columnsOf });
  const boardApi = makeBoardApi({ boards, now: () => centre.now * 1e6 });
  const wallApi = makeWallApi({ boards, now: () => Date.now() * 1000, lives_s: codeLives });
  const templateApi = makeTemplateApi({ boards, statistics: STATISTICS, now: () => centre.now * 1e6 });
  const adminApi = makeAdminApi({ boards, sharing: boardApi.sharing, now: () => centre.now * 1e6, service: () => trouble.service });
  /** Whoever signs in as root administers; trouble gives others other roles. */
  const whoIs = (name) => ({ ...user, user: name, ...(name === "root" ? { name: "Administrator", roles: ["admin"] } : {}), ...(trouble.roles === null ? {} : { roles: trouble.roles }) });
  const alertApi = makeAlertApi({ now: () => centre.now * 1e6 });
  const cookieOf = (request) => /pulse=([\w-]+)/.exec(request.headers.cookie ?? "")?.[1];
  const send = (response, code, body) => { response.writeHead(code, { "content-type": "application/json" }); response.end(body === undefined ? "" : JSON.stringify(body)); };
  const bodyOf = async (request) => { let text = ""; for await (const chunk of request) text += chunk; try { return JSON.parse(text || "{}"); } catch { return {}; } };

  async function api(request, response, url) {
    const path = url.pathname.replace("/api/v1", "");
    if (path === "/session" && request.method === "POST") {
      const { user: name, password } = await bodyOf(request);
      if (password !== "pulse") return send(response, 401, { code: "bad_credentials", message: "the name or the password is wrong", cure: "the password was printed when Pulse was first started" });
      const id = `s${Math.random().toString(36).slice(2)}`; sessions.set(id, name);
      response.setHeader("set-cookie", `pulse=${id}; Path=/; HttpOnly; SameSite=Strict`);
      return send(response, 200, whoIs(name));
    }
    if (path === "/meta") return send(response, 200, { product: "Pulse", version: "0.1.0", tenant: "Northwind Service", time_zone: "Europe/Berlin", demo: true, sign_in: { local: true, service: trouble.service }, widgets_off: adminApi.off(), now: centre.now * 1e6, build: trouble.build ?? "b1", frames: ["https://status.example.org"] });
    if (path === "/shared" || path.startsWith("/shared/")) {
      const answer = await wallApi.shared(request, path, () => bodyOf(request), history, url);
      for (const [key, value] of Object.entries(answer.headers ?? {})) response.setHeader(key, value);
      return send(response, answer.code, answer.body);
    }
    if (!sessions.has(cookieOf(request))) return send(response, 401, { code: "signed_out", message: "sign in first" });
    if (trouble.slow) await new Promise((done) => setTimeout(done, trouble.slow));
    if (path === "/session") { if (request.method === "DELETE") { sessions.delete(cookieOf(request)); return send(response, 204); } return send(response, 200, whoIs(sessions.get(cookieOf(request)))); }
    const me = whoIs(sessions.get(cookieOf(request)));
    if (trouble.fail) return send(response, 503, { code: "unavailable", message: "the document store does not answer", cure: "look at the store's log; Pulse tries again by itself" });
    if (path === "/statistics") return send(response, 200, STATISTICS);
    if (path === "/objects") return send(response, 200, centre.objects(url.searchParams.get("type")).map((o) => ({ ...o, object_type: url.searchParams.get("type") })));
    if (path === "/sources") return send(response, 200, [{ source: "SIP Server demo", status: trouble.down ? "down" : "live", since: centre.now * 1e6 }]);
    if (path === "/boards" && request.method === "GET") return trouble.denyBoards ? send(response, 403, { code: "not_permitted", message: "your roles do not include boards", cure: "ask an administrator for the role viewer" }) : send(response, 200, trouble.empty ? [] : boards.map(({ id, title, description, revision, widgets, changed_by, changed_at }) => ({ id, title, description: description ?? "", widget_count: widgets.length, revision, changed_by: changed_by ?? "pulse", changed_at: changed_at ?? 0 })));
    const templated = await templateApi(request, path, () => bodyOf(request), user.user, trouble.empty);
    if (templated) { if (templated.text !== undefined) { response.writeHead(200, { "content-type": "application/toml" }); return response.end(templated.text); } return send(response, templated.code, templated.body); }
    if (path.startsWith("/shares")) {
      const answer = await wallApi(request, path, () => bodyOf(request), user.user);
      if (answer?.code === 200 && request.method === "PUT") for (const s of streams) s.leave();
      if (answer) return send(response, answer.code, answer.body);
    }
    const managed = await adminApi(request, path, () => bodyOf(request), me.user, me.roles, url);
    if (managed) { if (managed.text !== undefined) { response.writeHead(200, { "content-type": "text/csv", "content-disposition": 'attachment; filename="pulse-audit.csv"' }); return response.end(managed.text); } return send(response, managed.code, managed.body); }
    const answer = await boardApi(request, path, () => bodyOf(request), user.user);
    if (answer) { for (const [key, value] of Object.entries(answer.headers ?? {})) response.setHeader(key, value); return send(response, answer.code, answer.body); }
    if (path === "/values" && url.searchParams.has("at")) { if (trouble.fail) return send(response, 503, { code: "unavailable", message: "the store does not answer" }); const told = past.table(url); return send(response, told.code, told.body); }
    if (path.startsWith("/notes")) { const told = await past.noted(request, path, () => bodyOf(request), user.user); return send(response, told.code, told.body); }
    const alarm = await alertApi(request, path, () => bodyOf(request), user.user, trouble.empty);
    if (alarm) return send(response, alarm.code, alarm.body);
    if (path === "/values/made") { const told = madeOf(url, (name) => STATISTICS.find((one) => one.name === name)?.unit, centre.now, trouble.made); return send(response, told.code, told.body); }
    if (path === "/waiting") { const told = waitingOf(url, centre, trouble.waiting); return send(response, told.code, told.body); }
    if (path === "/history") return send(response, 200, history(url));
    send(response, 404, { code: "not_found", message: `there is no ${path}` });
  }
  function history(url) {
    const [definition, object] = ["definition", "object"].map((name) => url.searchParams.get(name));
    const to = centre.now, points = [];
    for (let t = Math.floor(to / 60) * 60 - 3 * 3600; t <= to; t += 60) points.push([t * 1e6, waveAt(t, definition, object), []]);
    return { points };
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://mock");
    if (url.pathname === "/mock") return void bodyOf(request).then((change) => { trouble = { ...CALM, ...change }; for (const s of streams) s.changed(); send(response, 200, trouble); });
    if (url.pathname.startsWith("/api/")) return void api(request, response, url);
    const file = normalize(join(DIST, url.pathname));
    const served = file.startsWith(DIST) && extname(file) !== "" && existsSync(file) ? file : join(DIST, "index.html");
    response.writeHead(200, { "content-type": TYPES[extname(served)] ?? "application/octet-stream", "content-security-policy": CSP });
    createReadStream(served).pipe(response);
  });

  const sockets = new WebSocketServer({ noServer: true });
  const streams = new Set();
  server.on("upgrade", (request, socket, head) => {
    const isShared = new URL(request.url, "http://mock").pathname.endsWith("/shared/stream") && wallApi.shareOf(request) !== null;
    if ((!sessions.has(cookieOf(request)) && !isShared) || trouble.silent) return socket.destroy();
    sockets.handleUpgrade(request, socket, head, (ws) => streams.add(stream(ws, isShared)));
  });

  function stream(ws, isShared = false) {
    const open = new Map();
    const say = (message) => ws.readyState === 1 && ws.send(JSON.stringify(message));
    const cellOf = (type, ix, stat) => {
      if (trouble.missing && stat === "Average_Wait_Time") return { v: null, at: null, reason: ["no_data", "source_down", "not_permitted", "not_computable"][ix % 4] };
      let v = centre.value(type, ix, stat), flags = [];
      if (Array.isArray(v)) { flags = [v[0]]; v = v[1]; }
      if (churn && typeof v === "number") v += Math.floor(Math.random() * churn);
      if (trouble.down) flags.push("invalid", "stale");
      if (trouble.partial && ix % 3 === 0) flags.push("partial");
      return v === null ? { v: null, at: null, reason: "not_computable" } : { v, at: centre.now * 1e6, ...(flags.length ? { flags } : {}) };
    };
    const rowsOf = ({ object_type, objects, statistics }, most = Infinity) => centre.objects(object_type).slice(0, most).map((o, ix) => ({ o, ix })).filter(({ o }) => !trouble.empty && (objects === "*" || objects.includes(o.object)))
      .map(({ o, ix }) => ({ row: ix, object: o.object, object_type, name: o.name, groups: o.groups, cells: statistics.map((s) => cellOf(object_type, ix, nameOf(s))) }));
    const snapshot = (id, query) => {
      const rows = rowsOf(query);
      open.set(id, { query, seq: 1, last: new Map(rows.map((r) => [r.row, r.cells.map((c) => JSON.stringify([c.v, c.flags, c.reason]))])) });
      say({ type: "snapshot", id, gen: 1, seq: 1, at: centre.now * 1e6, columns: columnsOf(query), rows, visible: { shown: rows.length, of: rows.length } });
    };
    ws.on("message", (data) => {
      const request = JSON.parse(String(data));
      if (request.op === "close") open.delete(request.id);
      if (request.op !== "open") return;
      if (trouble.refuse) return say({ type: "error", id: request.id, code: trouble.refuse, message: "your roles do not include these objects" });
      const query = request.query ?? boards.find((b) => b.id === request.board)?.widgets.find((w) => w.id === request.widget)?.query;
      if (!query) return say({ type: "error", id: request.id, code: "not_found", message: "no such widget" });
      if (!trouble.slow) return snapshot(request.id, query);
      setTimeout(() => snapshot(request.id, query), trouble.slow);
    });
    ws.on("close", () => streams.delete(self));
    const beat = () => say({ type: "heartbeat", at: Date.now() * 1000 });
    const state = () => say({ type: "state", source: "SIP Server demo", status: trouble.down ? "down" : "live", since: centre.now * 1e6, detail: trouble.down ? "connection refused" : "" });
    const self = {
      /** A wall whose boards were changed comes again. */
      leave() { if (isShared) { say({ type: "bye", reason: "rights_changed", retry_ms: 300 }); ws.close(); } },
      changed() { if (trouble.silent) ws.terminate(); state(); for (const [id, { query }] of open) snapshot(id, query); },
      tick() {
        if (trouble.stall || trouble.slow) return beat();
        for (const [id, sub] of open) {
          const set = [];
          for (const row of rowsOf(sub.query, changing)) row.cells.forEach((cell, c) => { const text = JSON.stringify([cell.v, cell.flags, cell.reason]); const last = sub.last.get(row.row); if (last && last[c] !== text) { last[c] = text; set.push([row.row, c, cell]); } });
          say({ type: "delta", id, gen: 1, seq: (sub.seq += 1), at: centre.now * 1e6, set, new: [], gone: [] });
        }
        beat();
      },
    };
    state();
    return self;
  }
  // What a stall, or a busy machine, took is made up for: a centre that lags would be told as being behind for ever.
  const aheadOfCentre = Date.now() / 1000 - centre.now;
  const lags = () => centre.now < Date.now() / 1000 - aheadOfCentre - 1;
  const advance = () => { do centre.step(); while (lags()); };
  const timer = setInterval(() => { if (!trouble.stall) advance(); for (const s of streams) s.tick(); }, everyMs);
  return new Promise((done) => server.listen(port, "127.0.0.1", () => done({ centre, walls: wallApi, trouble: (change) => { trouble = { ...CALM, ...change }; for (const s of streams) s.changed(); }, url: `http://127.0.0.1:${server.address().port}`, stop: () => { clearInterval(timer); server.close(); server.closeAllConnections(); for (const client of sockets.clients) client.terminate(); } })));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const option = (name, otherwise) => { const ix = process.argv.indexOf(`--${name}`); return ix < 0 ? otherwise : Number(process.argv[ix + 1]); };
  const { url } = await startMock({ port: option("port", 8080), agents: option("agents", 56), seed: option("seed", 7), churn: option("churn", 0), everyMs: option("every", 1000) });
  process.stdout.write(`mock at ${url} (any name, password "pulse")\n`);
}
