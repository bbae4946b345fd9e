// Templates of the stand-in server: stored over the revision that was read, checked as one writes, as text files, and where they are used.
import { templates as shipped } from "./templates.mjs";

const problem = (code, message, cure) => ({ code, body: { code: String(code), message, cure } });
const nameOf = (stat) => (typeof stat === "string" ? stat : (stat.stat_type ?? stat.name));

export function makeTemplateApi({ boards, statistics, now }) {
  const templates = shipped.map((template) => ({ ...template, revision: 1, changed_by: "pulse init-tenant", changed_at: now(), shipped: true, edited: false }));
  const revisionOf = (request) => Number(/\d+/.exec(request.headers["if-match"] ?? "")?.[0]);
  const known = (name) => statistics.find((stat) => stat.name.toLowerCase() === name.toLowerCase());

  function check({ widget }) {
    const asked = widget.query?.statistics ?? [];
    const columns = asked.map((stat) => {
      if (stat.formula === undefined) return { name: nameOf(stat), title: known(nameOf(stat))?.title ?? "", unit: known(nameOf(stat))?.unit ?? "number", words: known(nameOf(stat))?.words ?? "", fault: known(nameOf(stat)) ? null : `there is no statistic '${nameOf(stat)}'` };
      const word = [...stat.formula.matchAll(/[A-Za-z_]\w*/g)].find(([name]) => name !== "total" && !asked.some((other) => nameOf(other) === name));
      return { name: stat.name, title: stat.title ?? stat.name, unit: stat.unit ?? "number", words: `Computed: ${stat.formula}`, fault: word === undefined ? null : `formula '${stat.name}': '${word[0]}' at ${word.index + 1}: no column of that name` };
    });
    return { columns, problem: columns.find(({ fault }) => fault !== null)?.fault ?? null };
  }

  const text = ({ title, description, widget }) => [`title = ${JSON.stringify(title)}`, `description = ${JSON.stringify(description)}`, `kind = "${widget.kind}"`, ...(widget.query?.statistics ?? []).flatMap((stat) => ["", "[[column]]", `statistic = "${nameOf(stat)}"`]), ""].join("\n");

  /** As much of TOML as the journeys write. */
  function read(name, written) {
    const lines = written.split("\n");
    const wrong = lines.findIndex((line) => line.trim() !== "" && !/^(\[\[column\]\]|(title|description|kind|statistic|w|h) = .*)$/.test(line));
    if (wrong >= 0) return problem(422, `line ${wrong + 1}: unknown field \`${lines[wrong].split(" ")[0]}\``);
    const value = (key) => JSON.parse(lines.find((line) => line.startsWith(`${key} = `))?.slice(key.length + 3) ?? '""');
    const stats = lines.filter((line) => line.startsWith("statistic = ")).map((line) => JSON.parse(line.slice(12)));
    return { code: 200, body: { name, title: value("title"), description: value("description"), object_types: ["Queue"], pending: [], columns: [], widget: { kind: "grid", title: value("title"), w: 12, h: 10, query: { object_type: "Queue", objects: "*", statistics: stats }, options: {} } } };
  }

  function uses(isUse) {
    const told = boards.map((board) => ({ id: board.id, title: board.title, widgets: board.widgets.filter(isUse).length })).filter(({ widgets }) => widgets > 0);
    return { boards: told, templates: [], rules: [], hidden: { boards: told.length > 0 ? 1 : 0, widgets: told.length > 0 ? 2 : 0, rules: 0 } };
  }

  return async function api(request, path, body, by, isEmpty) {
    const [, stat] = /^\/statistics\/([\w-]+)\/uses$/.exec(path) ?? [];
    if (stat !== undefined) return { code: 200, body: { ...uses((widget) => (widget.query?.statistics ?? []).some((each) => nameOf(each) === stat)), templates: templates.filter(({ widget }) => (widget.query?.statistics ?? []).some((each) => nameOf(each) === stat)).map(({ name, title }) => ({ id: name, title })) } };
    if (!path.startsWith("/templates")) return null;
    if (path === "/templates" && request.method === "GET") return { code: 200, body: isEmpty ? [] : templates };
    if (path === "/templates/check") return { code: 200, body: check(await body()) };
    if (path === "/templates/read") { const { name, text: written } = await body(); return read(name, written); }
    const line = (made, revision) => ({ ...made, revision, changed_by: by, changed_at: now() });
    if (path === "/templates") {
      const made = await body();
      if (templates.some(({ name }) => name === made.name)) return problem(409, `there is a template '${made.name}' already`);
      templates.push({ ...line(made, 1), shipped: false, edited: false });
      return { code: 201, body: templates.at(-1) };
    }
    const [, name, rest] = /^\/templates\/([\w-]+)(\/text|\/uses)?$/.exec(path) ?? [];
    const ix = templates.findIndex((each) => each.name === name);
    if (ix < 0) return problem(404, "there is no such template");
    if (rest === "/text") return { code: 200, text: text(templates[ix]) };
    if (rest === "/uses") return { code: 200, body: uses((widget) => widget.options?.template === name) };
    if (request.method === "GET") return { code: 200, body: templates[ix] };
    if (revisionOf(request) !== templates[ix].revision) return problem(412, "somebody else changed it first");
    if (request.method === "DELETE") { templates.splice(ix, 1); return { code: 204 }; }
    templates[ix] = { ...templates[ix], ...line(await body(), templates[ix].revision + 1), edited: templates[ix].shipped };
    return { code: 200, body: templates[ix] };
  };
}
