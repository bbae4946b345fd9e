// Tells what the pages show at one instant, and how soon they say that values stand still; one JSON object on standard output.
//   node e2e/witness.mjs --base URL --user U --password P --pid PROCESS
import { isLive, launch, newPage, signIn } from "./browser.mjs";

const option = (name) => process.argv[process.argv.indexOf(`--${name}`) + 1];
const [base, pid] = [option("base"), Number(option("pid"))];

/** Cells and instant of one paint. */
const seen = (page) =>
  page.evaluate(() => ({
    at: Number(document.querySelector("[data-testid=page]").dataset.at),
    cells: [...document.querySelectorAll("[role=gridcell][data-stat]")].map(({ dataset }) => ({
      object: dataset.object,
      stat: dataset.stat,
      value: dataset.value,
      since: dataset.since,
      quality: dataset.quality,
    })),
  }));

const browser = await launch();
const page = await newPage(browser);
await signIn(page, base, { user: option("user"), password: option("password") }, "/queues");
await isLive(page);
const screens = [];
for (const [path, type] of [["/queues", "Queue"], ["/agents", "Agent"]]) {
  await page.goto(base + path);
  await page.locator("[role=gridcell][data-stat][data-value]").first().waitFor();
  // Statistics that nobody had asked for are computed from the journal first.
  await page.waitForTimeout(4000);
  screens.push({ type, ...(await seen(page)) });
}

// A server that stands still: nothing comes, nothing closes.
process.kill(pid, "SIGSTOP");
const began = Date.now();
let staleAfter = null;
// To look takes a while on a busy machine: told is when the last look began that still found a fresh cell.
let freshAt = 0;
while (freshAt < 6000 && staleAfter === null) {
  const looked = Date.now() - began;
  const { cells } = await seen(page);
  if (cells.length > 0 && cells.every(({ quality }) => quality.includes("stale"))) staleAfter = freshAt;
  else freshAt = looked;
}
process.kill(pid, "SIGCONT");
await browser.close();
console.log(JSON.stringify({ screens, staleAfter, problems: page.problems }));
