// Runs the journeys in headless Chromium and takes pictures.
//   npm run e2e                                                  on the built pages and a stand-in server
//   npm run e2e -- --base http://127.0.0.1:8080 --user admin --password secret    on a real one
//   options: --only WORDS, --shots (pictures alone), --no-shots
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { launch } from "./browser.mjs";
import { adminJourneys } from "./admin-journeys.mjs";
import { alertJourneys } from "./alert-journeys.mjs";
import { boardJourneys } from "./board-journeys.mjs";
import { journeys } from "./journeys.mjs";
import { keyboardJourneys } from "./keyboard-journeys.mjs";
import { madeJourneys } from "./made-journeys.mjs";
import { languageJourneys } from "./language-journeys.mjs";
import { startMock } from "./mock/main.mjs";
import { templateJourneys } from "./template-journeys.mjs";
import { timeJourneys } from "./time-journeys.mjs";
import { takeShots } from "./shots.mjs";

const SHOTS = fileURLToPath(new URL("shots", import.meta.url));
const option = (name) => {
  const ix = process.argv.indexOf(`--${name}`);
  return ix < 0 ? null : (process.argv[ix + 1] ?? "");
};
const has = (name) => process.argv.includes(`--${name}`);

const given = option("base");
const mock = given === null ? await startMock({ port: 0 }) : null;
const browser = await launch();
const base = given ?? mock.url;
const who = { user: option("user") ?? "mara", password: option("password") ?? "pulse" };
const world = { browser, base, who, mock, board: option("board") ?? (mock ? "service-today" : "overview"), queue: option("queue") ?? (mock ? "8010" : "9001@sw1"), crowd: null };

let failed = 0;
if (!has("shots")) {
  for (const { name, needs, run } of [...(has("boards") ? [] : journeys), ...boardJourneys, ...timeJourneys, ...alertJourneys, ...templateJourneys, ...adminJourneys, ...madeJourneys, ...languageJourneys, ...keyboardJourneys]) {
    if (option("only") !== null && !name.includes(option("only"))) continue;
    if (needs !== undefined && mock === null) continue;
    if (needs === "crowd") world.crowd = await startMock({ port: 0, agents: 1000, churn: 5, everyMs: 200 });
    const began = Date.now();
    let page = null;
    try {
      page = await run(world);
      if (page.problems.length > 0) throw new Error(`the page complains: ${page.problems.slice(0, 3).join(" | ")}`);
      console.log(`ok    ${name}${page.note ? ` (${page.note})` : ""}  ${((Date.now() - began) / 1000).toFixed(1)} s`);
    } catch (error) {
      failed += 1;
      console.log(`FAIL  ${name}\n      ${String(error.message ?? error).split("\n").slice(0, 40).join("\n      ")}`);
    } finally {
      mock?.trouble({});
      for (const context of browser.contexts()) await context.close();
      world.crowd?.stop();
      world.crowd = null;
    }
  }
}
if (!has("no-shots") && option("only") === null) {
  mkdirSync(SHOTS, { recursive: true });
  await takeShots(world, SHOTS);
  console.log(`pictures in ${SHOTS}`);
}
await browser.close();
mock?.stop();
if (failed > 0) console.log(`${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
