// Screens on walls, as the stand-in server knows them: links, codes by which screens wait, and when each was heard last.
const problem = (code, message, cure, word = String(code)) => ({ code, body: { code: word, message, cure } });
const random = () => Math.random().toString(36).slice(2);
const SILENT_AFTER_S = 95;

/** `lives_s`: of a code. */
export function makeWallApi({ boards, now, lives_s = 300 }) {
  const shares = [];
  const codes = new Map();
  const began = now();
  const revisionOf = (request) => Number(/\d+/.exec(request.headers["if-match"] ?? "")?.[0]);
  const tokenOf = (request) => /pulse_wall=([\w-]+)/.exec(request.headers.cookie ?? "")?.[1];
  const shareOf = (request) => shares.find((share) => share.token === tokenOf(request)) ?? null;
  const cookie = (token) => ({ "set-cookie": `pulse_wall=${token}; Path=/; HttpOnly; SameSite=Strict` });
  const clock = () => Date.now() * 1000;
  const screenOf = ({ at, ...beat }) => {
    const age_s = Math.floor((clock() - at) / 1e6);
    return { ...beat, screen: undefined, heard_at: at, age_s, state: age_s > SILENT_AFTER_S ? "silent" : beat.still_s > 60 ? "still" : "live" };
  };
  const line = ({ beats, state, ...share }) => {
    const screens = beats.map(screenOf);
    return { ...share, token: undefined, screens, remembered_since: began, ends_soon: share.expires_at - clock() < 48 * 3600e6, state: state ?? screens[0]?.state ?? "never" };
  };
  const made = (wall, by, more) => {
    const { hours, ...body } = wall;
    const share = { ...body, id: `s${shares.length + 1}${random().slice(0, 4)}`, revision: 1, token: random(), by_code: false, created_by: by, created_at: clock(), expires_at: clock() + hours * 3600e6, beats: [], ...more };
    shares.push(share);
    return share;
  };

  async function api(request, path, read, by) {
    if (path === "/shares" && request.method === "GET") return { code: 200, body: shares.map(line).sort((a, b) => a.title.localeCompare(b.title)) };
    if (path === "/shares" && request.method === "POST") {
      const share = made(await read(), by);
      return { code: 201, body: { ...line(share), token: share.token } };
    }
    if (path === "/shares/paired") {
      const { code, wall } = await read();
      const waiting = codes.get(code.replace(/\D/g, ""));
      codes.delete(code.replace(/\D/g, ""));
      if (waiting === undefined || waiting.until < Date.now()) return problem(404, "no screen shows this code", "read it off the screen again", "not_found");
      return { code: 201, body: line(made(wall, by, { token: waiting.token, by_code: true })) };
    }
    if (!path.startsWith("/shares/")) return null;
    const ix = shares.findIndex(({ id }) => id === path.slice(8));
    if (ix < 0) return problem(404, "there is no such link of yours");
    if (request.method === "PUT") {
      const { hours, ...body } = await read();
      if (revisionOf(request) !== shares[ix].revision) return problem(412, "somebody else changed it first");
      Object.assign(shares[ix], body, { revision: shares[ix].revision + 1 }, hours === null ? {} : { expires_at: clock() + hours * 3600e6 });
      return { code: 200, body: line(shares[ix]) };
    }
    shares.splice(ix, 1);
    return { code: 204 };
  }

  /** What screens ask. */
  async function shared(request, path, read, history, url) {
    if (path === "/shared/pairing" && request.method === "POST") {
      if (shareOf(request) !== null) return { code: 200, body: { paired: true, ask_every_s: 1 } };
      const [code, token] = [String(Math.floor(Math.random() * 1e6)).padStart(6, "0"), random()];
      codes.set(code, { token, until: Date.now() + lives_s * 1000 });
      return { code: 201, body: { paired: false, code, lives_s, ask_every_s: 1 }, headers: cookie(token) };
    }
    if (path === "/shared/pairing") return { code: 200, body: { paired: shareOf(request) !== null, ask_every_s: 1 } };
    if (path === "/shared" && request.method === "POST") {
      const { token } = await read();
      const share = shares.find((each) => each.token === token);
      if (!share) return problem(403, "this link leads nowhere");
      return { code: 200, body: line(share), headers: cookie(token) };
    }
    const share = shareOf(request);
    if (share === null) return problem(401, "no link");
    if (path === "/shared") return { code: 200, body: line(share) };
    if (path === "/shared/beat") {
      const beat = { ...(await read()), at: clock() };
      share.beats = [beat, ...share.beats.filter(({ screen }) => screen !== beat.screen)];
      return { code: 204 };
    }
    const [, id, rest] = /^\/shared\/boards\/([\w-]+)(\/history)?$/.exec(path) ?? [];
    const board = share.boards.includes(id) ? boards.find((each) => each.id === id) : undefined;
    if (board === undefined) return problem(404, "no such board");
    return { code: 200, body: rest === undefined ? board : history(url) };
  }

  /** Walls of every kind, for those who look at the list. */
  const furnish = () => {
    const beat = (ago_s, more = {}) => ({ screen: random(), at: clock() - ago_s * 1e6, build: "4f2a81c09d", width: 1920, height: 1080, still_s: 0, ...more });
    const wall = (title, more) => made({ title, boards: ["service-today"], names_hidden: false, every: 30, hours: 720 }, "mara", { by_code: true, ...more });
    wall("Entrance", { beats: [beat(12)] });
    wall("Canteen", { beats: [beat(7), beat(4000)], by_code: false, names_hidden: true });
    wall("Second floor, beside the lifts", { beats: [beat(5400)], boards: ["service-today", "billing"] });
    wall("Team Billing", { beats: [beat(20, { still_s: 200, width: 3840, height: 2160 })] });
    wall("Meeting room 4", { expires_at: clock() + 20 * 3600e6 });
    wall("Back office", { state: "unknown", created_by: "lee" });
  };
  const clear = () => { shares.splice(0); };

  return Object.assign(api, { shared, shareOf, furnish, clear });
}
