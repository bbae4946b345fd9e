// What administrators ask of the stand-in server: accounts, people, what is shared, kinds of widgets, the trail.
const problem = (code, message, cure, word) => ({ code, body: { code: word ?? String(code), message, cure } });

const BUNDLES = {
  wallboard: ["view_dashboard"],
  viewer: ["view_dashboard_restricted", "manage_tabs"],
  editor: ["view_dashboard_restricted", "manage_tabs", "view_contacts", "edit_widget_display", "manage_widgets", "manage_shared_dashboards", "manage_templates"],
};
BUNDLES.admin = [...BUNDLES.editor, "add_dashboards_without_limit", "add_widgets_without_limit", "manage_users", "read_all_layouts"];

const privilegesOf = (roles) => [...new Set(roles.flatMap((role) => BUNDLES[role] ?? [role]))];

const KINDS = ["kpi", "gauge", "list", "grid", "line", "bar", "donut", "heat", "timeline", "alerts", "text", "iframe"];
const DEEDS = ["sign_in", "sign_in_service", "sign_in_refused", "sign_out", "signed_out", "forgotten"];

export function makeAdminApi({ boards, sharing, now, service }) {
  const ago = (hours) => now() - hours * 3600e6;
  const account = (user, name, roles, more = {}) => ({ user, name, roles, groups: [], access: null, disabled: false, revision: 1, sessions: 0, seen_at: null, ...more });
  const accounts = [
    account("root", "Administrator", ["admin"], { sessions: 1, seen_at: ago(0) }),
    account("jon", "Jon Abara", ["editor"], { groups: ["Back office"], sessions: 2, seen_at: ago(1) }),
    account("hall", "Screen in the hall", ["wallboard"], { sessions: 1, seen_at: ago(0) }),
    account("zoe", "Zoë Martín", ["viewer", "sales-lead"], { access: { allow: ["Queue:80*"], deny: [] } }),
    account("old", "Otto Lind", ["viewer"], { disabled: true, seen_at: ago(900) }),
  ];
  const people = [{ user: "ida", name: "Ida Holm", roles: ["editor"], sessions: 1, seen_at: ago(2), signed_in_at: ago(5) }, { user: "lars", name: "Lars Vik", roles: [], sessions: 0, seen_at: ago(90), signed_in_at: ago(90) }];
  let only = {};
  let revision = 0;
  const entries = [];
  const note = (by, kind, id, did, more = {}) => entries.unshift({ number: entries.length + 1, at: more.at ?? now(), by, kind, id, title: null, detail: "", did, before: null, after: null, ...more });
  const old = { title: "Callers wait too long", severity: "warning", condition: { is: "above", raise: 120 }, for_s: 10 };
  for (let n = 70; n > 6; n -= 1) note("hall", "sign_in", "hall", "done", { at: ago(n), detail: "10.0.4.20" });
  note("jon", "rule", "r1", "changed", { title: old.title, at: ago(5), before: { owner: "jon", rule: old }, after: { owner: "jon", rule: { ...old, severity: "critical", for_s: 30 } } });
  note("root", "user", "zoe", "made", { title: "Zoë Martín", at: ago(4), after: { user: "zoe", name: "Zoë Martín", roles: ["viewer"], password: "…" } });
  note("", "sign_in_refused", "", "done", { at: ago(3), detail: "198.51.100.7" });
  note("jon", "board", "service-today", "changed", { title: "Service today", at: ago(2), before: { id: "b", title: "Service", widgets: [] }, after: { id: "b", title: "Service today", widgets: [] } });
  note("jon", "share", "s0", "removed", { title: "Canteen", at: ago(1) });

  const managers = () => accounts.filter(({ roles, disabled }) => !disabled && roles.includes("admin"));
  const kindsFor = (roles) => ({ revision, kinds: KINDS.map((kind) => ({ kind, on: only[kind] === undefined || roles.some((role) => only[kind].includes(role)), off: only[kind]?.length === 0, only: roles.includes("admin") ? (only[kind] ?? null) : null })) });
  const revisionOf = (request) => Number(/\d+/.exec(request.headers["if-match"] ?? "")?.[0]);

  function trail(url) {
    const said = (name) => url.searchParams.get(name) ?? "";
    const kinds = said("kind") === "" ? null : said("kind").split(",");
    const from = Number(said("from") || 0);
    const to = Number(said("to") || Infinity);
    const found = entries.filter(({ by, kind, at }) => (said("who") === "" || by === said("who").toLowerCase()) && (kinds === null || kinds.includes(kind)) && at >= from && at < to);
    const begin = said("after") === "" ? 0 : found.findIndex(({ number }) => number === Number(said("after"))) + 1;
    const page = found.slice(begin, begin + 50);
    return { entries: page.map((entry) => ({ ...entry, before: undefined, after: undefined })), next: begin + 50 < found.length ? String(page.at(-1).number) : null, kept_s: 400 * 86_400 };
  }

  async function ofAccount(request, user, read, by) {
    const ix = accounts.findIndex((each) => each.user === user);
    if (ix < 0) return problem(404, "there is no such account");
    const was = accounts[ix];
    const lasts = (next) => managers().some((each) => each.user !== user) || (next !== null && !next.disabled && next.roles.includes("admin"));
    const last = () => problem(409, "nobody would be left to manage accounts", "give another account the role 'admin' first", "last_admin");
    if (request.method === "DELETE") {
      if (!lasts(null)) return last();
      accounts.splice(ix, 1);
      note(by, "user", user, "removed", { title: was.name });
      return { code: 204 };
    }
    const { invent_password, ...form } = await read();
    delete form.password;
    if (revisionOf(request) !== was.revision) return problem(412, "somebody else changed it first");
    if (!lasts(form)) return last();
    accounts[ix] = { ...was, ...form, revision: was.revision + 1, sessions: 0 };
    note(by, "user", user, "changed", { title: was.name, before: was, after: accounts[ix] });
    return { code: 200, body: { ...accounts[ix], ...(invent_password ? { new_password: "kwm4t-9hx2c-r7bpa-e3zny" } : {}) } };
  }

  async function act(request, path, read, by, roles, url) {
    if (path === "/users" && request.method === "GET") return { code: 200, body: accounts };
    if (path === "/users") {
      const { invent_password, ...form } = await read();
    delete form.password;
      if (accounts.some(({ user }) => user === form.user)) return problem(409, "there is an account of that name", "choose another name, or change that account", "exists");
      accounts.push(account(form.user, form.name, form.roles, form));
      note(by, "user", form.user, "made", { title: form.name, after: form });
      return { code: 201, body: { ...accounts.at(-1), ...(invent_password ? { new_password: "kwm4t-9hx2c-r7bpa-e3zny" } : {}) } };
    }
    if (path === "/people") return { code: 200, body: service() === null ? [] : people };
    const [, list, user, sessions] = /^\/(users|people)\/([^/]+)(\/sessions)?$/.exec(path) ?? [];
    if (sessions !== undefined) {
      const found = [...accounts, ...people].find((each) => each.user === user);
      found.sessions = 0;
      note(by, "signed_out", user, "done");
      return { code: 204 };
    }
    if (list === "users") return ofAccount(request, user, read, by);
    if (list === "people") {
      people.splice(people.findIndex((each) => each.user === user), 1);
      note(by, "forgotten", user, "done");
      return { code: 204 };
    }
    if (path === "/sharing") return { code: 200, body: boards.map(({ id, title, revision: at }) => ({ board: id, title, revision: at, owner: sharing.get(id)?.owner ?? null, with: sharing.get(id)?.with ?? [] })) };
    if (path === "/widgets" && request.method === "PUT") {
      if (revisionOf(request) !== revision) return problem(412, "somebody else changed it first");
      const before = { only };
      ({ only } = await read());
      revision += 1;
      note(by, "setting", "widgets", "changed", { before, after: { only } });
      return { code: 200, body: kindsFor(roles) };
    }
    if (path === "/audit") return { code: 200, body: trail(url) };
    if (path === "/audit.csv") return { code: 200, text: `at,by,kind,did,id,before,after,detail\r\n${trail(url).entries.map(({ at, by: who, kind, did, id }) => [new Date(at / 1000).toISOString(), who, kind, did, id, "", "", ""].join(",")).join("\r\n")}\r\n` };
    const [, number] = /^\/audit\/(\d+)$/.exec(path) ?? [];
    if (number !== undefined) {
      const found = entries.find((each) => each.number === Number(number));
      if (found === undefined) return problem(404, "there is no such entry, or no longer");
      const { before, after, ...entry } = found;
      const isTold = before !== null || after !== null;
      return { code: 200, body: { entry, before, after, contents: DEEDS.includes(entry.kind) ? "nothing" : isTold ? "told" : "gone" } };
    }
    if (path === "/access/explain") {
      const [who, object] = [url.searchParams.get("user"), url.searchParams.get("object")];
      const deny = { rule: "no-billing", who: "role sales-lead", effect: "deny" };
      const allow = { rule: `account:${who}`, who: `user ${who}`, effect: "allow" };
      const rules = object === "Queue:8010" ? [deny, allow] : object.startsWith("Queue:80") ? [allow] : [];
      return { code: 200, body: { user: who, object, roles: accounts.find((each) => each.user === who)?.roles ?? [], visible: rules[0]?.effect === "allow", decided_by: rules[0] ?? null, rules, state: "fresh", revision: 3, age_s: 2 } };
    }
    return null;
  }

  const MANAGED = /^\/(users|people|sharing|audit|audit\.csv|access\/explain)(\/|$)/;
  /** Null: it is not about this. */
  return Object.assign(
    async function api(request, path, read, by, roles, url) {
      if (path === "/access") return { code: 200, body: { scope: "everything", objects: {}, state: "fresh", revision: 1, age_s: 1, privileges: privilegesOf(roles) } };
      if (path === "/widgets" && request.method === "GET") return { code: 200, body: kindsFor(roles) };
      if (!MANAGED.test(path) && path !== "/widgets") return null;
      if (!privilegesOf(roles).includes("manage_users")) return problem(403, "you lack the privilege 'manage_users'", "ask an administrator for a role that has it, and for those that it needs");
      return act(request, path, read, by, roles, url);
    },
    { off: () => KINDS.filter((kind) => only[kind]?.length === 0), refused: (board, before, roles) => board?.widgets.find(({ id, kind }) => kindsFor(roles).kinds.some((each) => each.kind === kind && !each.on) && before?.widgets.every((widget) => widget.id !== id || widget.kind !== kind) !== false) },
  );
}
