// Runs everything that `make test` runs: builds all tests, then lets them run side by side, those that wait most first.
// Much of a test of real processes is waiting, which others use. What a test says is shown when it fails; its result
// always.
//   node scripts/test.mjs                  all of it
//   node scripts/test.mjs NAME...          only test programs and parts whose name holds one of these words
import { spawn } from "node:child_process";
import { cpus } from "node:os";
import { dirname } from "node:path";
import { createInterface } from "node:readline";

/** Long, and mostly waiting: these begin first. */
const LONG = ["connections", "process", "conformance", "dcu", "manifests", "oracle", "doc"];
const SIDE_BY_SIDE = Math.max(2, cpus().length);
const words = process.argv.slice(2);
const began = Date.now();

/** Runs a command to its end; answers what it said and how it ended. */
function run(command, options = {}) {
  return new Promise((done) => {
    const child = spawn(command[0], command.slice(1), { stdio: ["ignore", "pipe", "pipe"], ...options });
    let said = "";
    child.stdout.on("data", (text) => (said += text));
    child.stderr.on("data", (text) => (said += text));
    child.on("error", (error) => done({ said: `${said}${error.message}\n`, code: 127 }));
    child.on("close", (code, signal) => done({ said, code: code ?? `signal ${signal}` }));
  });
}

/** Builds every test program; answers where they are. */
function build() {
  const arguments_ = ["test", "--workspace", "--locked", "--no-run", "--message-format=json-render-diagnostics"];
  const child = spawn("cargo", arguments_, { stdio: ["ignore", "pipe", "inherit"] });
  const programs = [];
  createInterface({ input: child.stdout }).on("line", (line) => {
    const message = JSON.parse(line);
    if (message.reason !== "compiler-artifact" || !message.profile.test || !message.executable) return;
    const folder = dirname(message.manifest_path);
    const crate = folder.split("/").pop();
    const kind = message.target.kind[0];
    const name = kind === "test" ? message.target.name : `${crate}-${message.target.name}-${kind}`;
    programs.push({ name, command: [message.executable], options: { cwd: folder, env: environment(folder) } });
  });
  return new Promise((done) => child.on("close", (code) => done(code === 0 ? programs : null)));
}

/** What cargo tells a test. */
function environment(folder) {
  // scripts/preflight has installed what tests need: what does not start now is a failure.
  return { ...process.env, CARGO_MANIFEST_DIR: folder, RUST_BACKTRACE: process.env.RUST_BACKTRACE ?? "1", TESTS_NEED_SERVERS: "1" };
}

const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(0)} s`;
const results = [];

async function perform({ name, command, options }) {
  const since = Date.now();
  const { said, code } = await run(command, options);
  const took = Date.now() - since;
  results.push({ name, code, took });
  const lines = said.split("\n");
  const told = code === 0 ? lines.filter((line) => /^(running \d|test result|skipped|pulse: )|\bskipped\b/.test(line)) : lines;
  console.log(`--- ${name}: ${code === 0 ? "passed" : `failed (${code})`} after ${(took / 1000).toFixed(1)} s`);
  console.log(told.join("\n"));
}

/** Lets the work be done, so much of it at a time. */
async function performAll(queue, atOnce) {
  const worker = async () => {
    for (let job = queue.shift(); job; job = queue.shift()) await perform(job);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

const npm = (script, ...rest) => ["npm", "run", "--prefix", "ui", "--silent", script, ...rest];
const wanted = (job) => words.length === 0 || words.some((word) => job.name.includes(word));
const pages = [
  { name: "page-lints", command: npm("check") },
  { name: "pages", command: npm("test") },
].filter(wanted);

// The pages' own tests use the core that the compiler leaves idle.
const [programs] = await Promise.all([build(), performAll(pages, 1)]);
if (programs === null) {
  console.error("pulse: the tests could not be built");
  process.exit(1);
}
console.log(`--- built after ${seconds(began)}`);
const jobs = [
  ...programs,
  { name: "doc", command: ["cargo", "test", "--workspace", "--locked", "--doc"] },
].filter(wanted);
const rank = (job) => (LONG.includes(job.name) ? LONG.indexOf(job.name) : LONG.length);
jobs.sort((a, b) => rank(a) - rank(b));
await performAll(jobs, SIDE_BY_SIDE);
// Journeys through the built pages on a stand-in server that can be put into any trouble. A browser takes all there is.
await performAll([{ name: "browser", command: npm("e2e", "--", "--no-shots") }].filter(wanted), 1);

const longest = [...results].sort((a, b) => b.took - a.took).slice(0, 8);
console.log(`longest: ${longest.map(({ name, took }) => `${name} ${(took / 1000).toFixed(0)} s`).join(", ")}`);
const failed = results.filter(({ code }) => code !== 0);
if (failed.length > 0) {
  console.error(`pulse: failed: ${failed.map(({ name }) => name).join(", ")}; again alone: node scripts/test.mjs NAME`);
  process.exit(1);
}
console.log(`all ${results.length} passed after ${seconds(began)}`);
