// A service that lets in programs alone that bring a living access token of the provider (RFC 7662), with the scope
// "configuration"; what they ask is handed on. Prints "ready", and "asked CLIENT" for each that was let in.
//   node resource.mjs PORT ISSUER TARGET TOKEN_FILE
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const [port, issuer, target, tokenFile] = process.argv.slice(2);
const authorization = `Basic ${Buffer.from("pulse_client:a-secret-of-the-tests").toString("base64")}`;
const own = readFileSync(tokenFile, "utf8").trim();

createServer(async (request, response) => {
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
  const asked = await fetch(`${issuer}/token/introspection`, { method: "POST", headers: { authorization }, body: new URLSearchParams({ token }) });
  const told = await asked.json();
  if (told.active !== true || !(told.scope ?? "").split(" ").includes("configuration")) return response.writeHead(401).end();
  console.log(`asked ${told.client_id}`);
  const answer = await fetch(target + request.url, { headers: { authorization: `Bearer ${own}` } });
  response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "application/json" });
  response.end(Buffer.from(await answer.arrayBuffer()));
}).listen(Number(port), "127.0.0.1", () => console.log("ready"));
