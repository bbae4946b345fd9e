// Asks the provider something as the client of the tests does, and prints the answer's body.
//   node ask.mjs URL               a GET
//   node ask.mjs URL key=value ... a form, with the client's name and secret
const [url, ...form] = process.argv.slice(2);
const authorization = `Basic ${Buffer.from("pulse_client:a-secret-of-the-tests").toString("base64")}`;
const body = new URLSearchParams(form.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]));
const answer = await fetch(url, form.length === 0 ? {} : { method: "POST", headers: { authorization }, body });
console.log(await answer.text());
process.exit(answer.ok ? 0 : 1);
