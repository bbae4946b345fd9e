// Looking at a page as tests do: its cells, its faults, its frames.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** All cells that are drawn, as their data attributes tell them. */
export const cellsOf = (page) => page.$$eval("[role=gridcell][data-stat]", (cells) => cells.map(({ dataset: { object, stat, value, at, quality } }) => ({ object, stat, value, at, quality })));

/** The page as it stands is clean in both themes. */
export async function cleanIn(page, what) {
  for (const look of ["light", "dark"]) {
    await page.evaluate((theme) => { document.documentElement.dataset.theme = theme; }, look);
    assert.deepEqual(await audit(page), [], `${what}, ${look}`);
  }
}

export const visibleCells = (page) =>
  page.$$eval("[role=gridcell]", (cells) => cells.filter((cell) => { const { top, bottom } = cell.getBoundingClientRect(); return bottom > 0 && top < innerHeight; }).map((cell) => cell.textContent));

const ALL = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"];
/** What a page in other colours may have that it has not in the first. */
export const COLOURS = { type: "rule", values: ["color-contrast"] };

/** What axe finds against WCAG A and AA: rule and place. Scripts are injected by the driver, past the page's policy. */
export async function audit(page, runOnly = ALL) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate((rules) => globalThis.axe.run(document, { runOnly: rules, resultTypes: ["violations"] }), runOnly);
  return violations.flatMap(({ id, nodes }) => nodes.slice(0, 2).map((node) => `${id}: ${node.target.join(" ")} ${node.any[0]?.message ?? ""}`));
}

/** Milliseconds of script and of layout in a second, and the longest pause between two frames. */
export async function frameTimes(page, ms) {
  const client = await page.context().newCDPSession(page);
  await client.send("Performance.enable");
  const read = async () => Object.fromEntries((await client.send("Performance.getMetrics")).metrics.map(({ name, value }) => [name, value]));
  const before = await read();
  const longest = await page.evaluate((span) => new Promise((done) => {
    let last = performance.now(), longest = 0;
    const end = last + span;
    const step = (now) => { longest = Math.max(longest, now - last); last = now; if (now < end) requestAnimationFrame(step); else done(longest); };
    requestAnimationFrame(step);
  }), ms);
  const after = await read();
  const rate = (...names) => Math.round(names.reduce((n, name) => n + after[name] - before[name], 0) * 1000 / (ms / 1000));
  return { script: rate("ScriptDuration"), layout: rate("LayoutDuration", "RecalcStyleDuration"), longest: Math.round(longest) };
}
