// Boards of the stand-in server: stored over the revision that was read, with versions.
const problem = (code, message, cure) => ({ code, body: { code: String(code), message, cure } });

export function makeBoardApi({ boards, now }) {
  const versions = new Map();
  const sharing = new Map();
  const revisionOf = (request) => Number(/\d+/.exec(request.headers["if-match"] ?? "")?.[0]);

  async function api(request, path, read, by) {
    if (path === "/boards" && request.method === "POST") {
      const board = { ...(await read()), revision: 1, changed_by: by, changed_at: now() };
      if (boards.some(({ id }) => id === board.id)) return problem(409, `there is a board '${board.id}' already`);
      boards.push(board);
      return { code: 201, body: board };
    }
    const [, id, rest] = /^\/boards\/([\w-]+)(\/versions|\/sharing)?$/.exec(path) ?? [];
    if (id === undefined) return null;
    const ix = boards.findIndex((board) => board.id === id);
    if (rest === "/versions") return { code: 200, body: versions.get(id) ?? [] };
    if (rest === "/sharing" && request.method === "PUT") {
      const { owner, with: entries } = await read();
      if (revisionOf(request) !== boards[ix].revision) return problem(412, "somebody else changed it first");
      if (entries.some(({ who }) => who.user === "nobody")) return problem(422, "with 0: there is nobody of that name");
      sharing.set(id, { owner, with: entries.map((entry) => ({ by, at: now(), ...entry })), everybody: false, right: "admin" });
      boards[ix] = { ...boards[ix], revision: boards[ix].revision + 1 };
    }
    if (rest === "/sharing") return { code: 200, body: sharing.get(id) ?? { owner: null, with: [], everybody: true, right: "admin" } };
    if (ix < 0) return problem(404, "no such board");
    if (request.method === "GET") return { code: 200, body: boards[ix] };
    const body = request.method === "PUT" ? await read() : null;
    if (revisionOf(request) !== boards[ix].revision) return problem(412, "somebody else changed it first");
    if (body?.widgets.some(({ w, x }) => x + w > 12)) return problem(422, "a widget does not lie on the grid");
    versions.set(id, [{ revision: boards[ix].revision, changed_by: boards[ix].changed_by ?? "pulse", changed_at: boards[ix].changed_at ?? now(), board: boards[ix] }, ...(versions.get(id) ?? [])]);
    if (body === null) {
      boards.splice(ix, 1);
      return { code: 204 };
    }
    boards[ix] = { ...body, revision: boards[ix].revision + 1, changed_by: by, changed_at: now() };
    return { code: 200, body: boards[ix] };
  }

  return Object.assign(api, { sharing });
}
