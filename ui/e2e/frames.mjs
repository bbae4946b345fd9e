// How much of a frame the pages take: prints one JSON object for docs/performance.md.
//   node e2e/frames.mjs [--seconds 10]
import { isLive, launch, newPage, signIn } from "./browser.mjs";
import { frameTimes } from "./look.mjs";
import { startMock } from "./mock/main.mjs";

const ix = process.argv.indexOf("--seconds");
const seconds = ix < 0 ? 10 : Number(process.argv[ix + 1]);
const who = { user: "mara", password: "pulse" };
const browser = await launch();
/** Columns of the agents' page that are numbers: with `churn` four of five values of each change at each step. */
const CHANGING = 6 * 0.8;

/** Script and layout of a second, and of a frame at 60 frames a second. */
async function measure({ agents, churn, everyMs, path, scroll = false }) {
  const mock = await startMock({ port: 0, agents, churn, everyMs });
  const page = await newPage(browser);
  await signIn(page, mock.url, who, path);
  await isLive(page);
  await page.locator("[role=gridcell]").first().waitFor({ timeout: 60_000 });
  await page.waitForTimeout(3000);
  if (scroll) await page.evaluate(() => {
    const grid = document.querySelector("[role=grid]");
    const step = () => { grid.scrollTop += 90; if (grid.scrollTop + grid.clientHeight >= grid.scrollHeight) grid.scrollTop = 0; requestAnimationFrame(step); };
    requestAnimationFrame(step);
  });
  const frames = await countFrames(page, () => frameTimes(page, seconds * 1000));
  const heap = await page.evaluate(() => performance.memory?.usedJSHeapSize ?? 0);
  mock.stop();
  await page.context().close();
  return { agents, changed_a_second: churn === 0 ? null : Math.round(agents * CHANGING * (1000 / everyMs)), script_ms_a_second: frames.script, layout_ms_a_second: frames.layout, frames_a_second: Math.round(frames.n / seconds), script_ms_a_frame: Number((frames.script / Math.max(1, frames.n / seconds)).toFixed(2)), longest_frame_ms: frames.longest, heap_mb: Math.round(heap / 1e6) };
}

async function countFrames(page, work) {
  await page.evaluate(() => { globalThis.drawn = 0; const step = () => { globalThis.drawn += 1; requestAnimationFrame(step); }; requestAnimationFrame(step); });
  const times = await work();
  return { ...times, n: await page.evaluate(() => globalThis.drawn) };
}

const result = {
  changing: await measure({ agents: 200, churn: 5, everyMs: 1000, path: "/agents" }),
  crowd: await measure({ agents: 1000, churn: 5, everyMs: 200, path: "/agents" }),
  scrolling: await measure({ agents: 20_000, churn: 0, everyMs: 1000, path: "/agents", scroll: true }),
  idle: await measure({ agents: 56, churn: 0, everyMs: 1000, path: "/boards/gallery" }),
};
await browser.close();
console.log(JSON.stringify(result, null, 1));
