// A browser without a screen: signs in at a page of Pulse by the provider, and prints where it ends and with which cookie.
//   node visit.mjs URL LOGIN
const [start, login] = process.argv.slice(2);
const jars = new Map();

const jar = (url) => {
  const { host } = new URL(url);
  if (!jars.has(host)) jars.set(host, new Map());
  return jars.get(host);
};

const send = async (url, form) => {
  const cookies = [...jar(url)].map(([name, value]) => `${name}=${value}`).join("; ");
  const answer = await fetch(url, {
    method: form === undefined ? "GET" : "POST",
    redirect: "manual",
    headers: { cookie: cookies },
    ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
  });
  for (const line of answer.headers.getSetCookie()) {
    const [pair] = line.split(";");
    const [name, value] = [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)];
    if (value === "") jar(url).delete(name);
    else jar(url).set(name, value);
  }
  return answer;
};

let [url, form] = [start, undefined];
for (let hop = 0; hop < 20; hop += 1) {
  const answer = await send(url, form);
  form = undefined;
  const location = answer.headers.get("location");
  if (location !== null) {
    url = new URL(location, url).href;
    // The page that one is led back to needs no reading.
    if (new URL(url).host === new URL(start).host && !url.includes("/session/")) break;
    continue;
  }
  const page = await answer.text();
  const action = /action="([^"]+)"/.exec(page)?.[1];
  const prompt = /name="prompt" value="([^"]+)"/.exec(page)?.[1];
  if (action === undefined || prompt === undefined) {
    console.error(`${answer.status} ${url}\n${page.slice(0, 2000)}`);
    process.exit(1);
  }
  url = new URL(action, url).href;
  form = prompt === "login" ? { prompt, login, password: "any" } : { prompt };
}
const session = jar(start).get("pulse_session");
console.log(JSON.stringify({ url, cookie: session === undefined ? null : `pulse_session=${session}` }));
