// Runs the journeys in headless Chromium and takes pictures.
//   npm run e2e                                                  on the built pages and a stand-in server
//   npm run e2e -- --base http://127.0.0.1:8080 --user admin --password secret    on a real one
//   options: --only WORDS, --shots (pictures alone), --no-shots, --one (nothing side by side)
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
import { waitingJourneys } from "./waiting-journeys.mjs";
import { wallJourneys } from "./wall-journeys.mjs";

const SHOTS = fileURLToPath(new URL("shots", import.meta.url));
const option = (name) => {
  const ix = process.argv.indexOf(`--${name}`);
  return ix < 0 ? null : (process.argv[ix + 1] ?? "");
};
const has = (name) => process.argv.includes(`--${name}`);
const given = option("base");
const who = { user: option("user") ?? "mara", password: option("password") ?? "pulse" };

/** A browser and, unless a real server was given, a stand-in of its own, which its journeys may put into trouble. */
async function world() {
  const [browser, mock] = await Promise.all([launch(), given === null ? startMock({ port: 0 }) : null]);
  const board = option("board") ?? (mock ? "service-today" : "overview");
  const queue = option("queue") ?? (mock ? "8010" : "9001@sw1");
  return { browser, base: given ?? mock.url, who, mock, board, queue, crowd: null };
}

let failed = 0;

async function perform(world, { name, needs, run }) {
  if (needs === "crowd") world.crowd = await startMock({ port: 0, agents: 1000, churn: 5, everyMs: 200 });
  const began = Date.now();
  try {
    const page = await run(world);
    if (page.problems.length > 0) throw new Error(`the page complains: ${page.problems.slice(0, 3).join(" | ")}`);
    console.log(`ok    ${name}${page.note ? ` (${page.note})` : ""}  ${((Date.now() - began) / 1000).toFixed(1)} s`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL  ${name}\n      ${String(error.message ?? error).split("\n").slice(0, 40).join("\n      ")}`);
  } finally {
    world.mock?.trouble({});
    for (const context of world.browser.contexts()) await context.close();
    world.crowd?.stop();
    world.crowd = null;
  }
}

const wanted = ({ name, needs }) => (option("only") === null || name.includes(option("only"))) && (needs === undefined || given === null);
const measured = ({ needs }) => needs === "crowd";
// Journeys of one file follow each other on one stand-in. Most of a journey is waiting, so two files go side by side;
// what measures speed comes last, alone. The longest begin.
const files = [boardJourneys, ...(has("boards") ? [] : [journeys]), templateJourneys, timeJourneys, adminJourneys, languageJourneys, alertJourneys, keyboardJourneys, madeJourneys, waitingJourneys, wallJourneys].map((file) => file.filter(wanted));
const first = await world();
if (!has("shots")) {
  const queue = files.map((file) => file.filter((journey) => !measured(journey))).filter((file) => file.length > 0);
  const work = async (world) => {
    for (let file = queue.shift(); file; file = queue.shift()) for (const journey of file) await perform(world, journey);
  };
  const besides = given === null && !has("one") && queue.length > 1 ? [await world()] : [];
  await Promise.all([first, ...besides].map(work));
  for (const { browser, mock } of besides) {
    await browser.close();
    mock.stop();
  }
  for (const journey of files.flat().filter(measured)) await perform(first, journey);
}
if (!has("no-shots") && option("only") === null) {
  mkdirSync(SHOTS, { recursive: true });
  await takeShots(first, SHOTS);
  console.log(`pictures in ${SHOTS}`);
}
await first.browser.close();
first.mock?.stop();
if (failed > 0) console.log(`${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
