// What people do with the time of a board: looking back, comparing, pinning notes.
import assert from "node:assert/strict";
import { newPage, signIn } from "./browser.mjs";
import { audit, cellsOf } from "./look.mjs";

async function open({ browser, base, who }, path, look) {
  const page = await newPage(browser, look);
  await signIn(page, base, who, path);
  await page.getByTestId("time-bar").waitFor();
  return page;
}

const bar = (page) => page.getByTestId("time-bar");
const slider = (page) => page.getByRole("slider", { name: "Time of day" });
const shownAt = async (page) => Number(await bar(page).getAttribute("data-at"));
/** Goes there by a key and waits until everything is of one instant. */
async function press(page, key) {
  const before = await bar(page).getAttribute("data-at");
  await slider(page).focus();
  await page.keyboard.press(key);
  await page.waitForFunction((at) => { const now = document.querySelector("[data-testid=time-bar]"); return now.dataset.at !== undefined && now.dataset.at !== at && now.dataset.loading === undefined; }, before);
  await page.waitForTimeout(150);
  return shownAt(page);
}
const storedAt = (page, query, at) => page.evaluate(async ([text, when]) => (await fetch(`/api/v1/values?query=${encodeURIComponent(text)}&at=${when * 1e6}`)).json(), [JSON.stringify(query), at]);
const queryOf = (page, id) => page.evaluate(async (widget) => (await (await fetch(`/api/v1/boards/${location.pathname.split("/").pop()}`)).json()).widgets.find((one) => one.id === widget).query, id);

export const timeJourneys = [
  {
    name: "a board is moved through time by keyboard; every cell equals what is stored, and nothing says that it lives",
    needs: "mock",
    async run(world) {
      const page = await open(world, "/boards/service-today");
      assert.equal(await bar(page).getAttribute("data-past"), null);
      const first = await press(page, "PageDown");
      assert.equal(first % 10, 0);
      const query = await queryOf(page, "queues");
      const check = async (at) => {
        const stored = await storedAt(page, query, at);
        assert.equal(stored.at / 1e6, at, "the bar tells the step's own time");
        const cells = (await cellsOf(page)).filter(({ object }) => object.startsWith("8"));
        assert.ok(cells.length >= 20, `${cells.length} cells`);
        for (const { object, stat, value } of cells) {
          const kept = stored.rows.find((row) => row.object === object).cells[stored.columns.findIndex((column) => column.stat_type === stat)];
          assert.equal(value, String(kept.v), `${stat} of ${object}`);
        }
      };
      await check(first);
      assert.equal(await page.getByTestId("connection").textContent().then((text) => /Past/.test(text) && !/Live/.test(text)), true);
      assert.ok((await page.getByTestId("widget-team").getByText("not kept").count()) > 0, "agents are not kept, and it is said");
      assert.match(await page.getByTestId("widget-waiting").textContent(), /\d\d:\d\d:\d\d/, "a widget's picture tells its time");
      assert.equal(await press(page, "ArrowLeft"), first - 10);
      assert.equal(await press(page, "ArrowRight"), first);
      await check(await press(page, "PageDown"));
      const dayBegan = await press(page, "Home");
      assert.equal(new Date(dayBegan * 1000).toLocaleTimeString("en-GB", { timeZone: "Europe/Berlin" }), "00:00:00");
      await check(await press(page, "End"));
      await page.waitForURL(/at=2/);
      await page.getByRole("button", { name: "Back to live" }).click();
      await page.getByTestId("connection").getByText("Past").waitFor({ state: "detached" });
      await page.waitForURL((url) => !url.searchParams.has("at"));
      assert.equal(await page.locator("[data-past]").count(), 0);
      await page.goBack();
      await page.locator("[data-testid=time-bar][data-past]").waitFor();
      return page;
    },
  },
  {
    name: "an address leads to its time, also on another day and through an enlarged widget; a time without values says so",
    needs: "mock",
    async run(world) {
      const page = await newPage(world.browser);
      const now = Date.now() / 1000;
      const at = Math.floor((now - 2 * 86_400) / 60) * 60;
      await signIn(page, world.base, world.who, `/boards/service-today?at=${new Date(at * 1000).toISOString()}`);
      await page.waitForFunction((when) => document.querySelector("[data-testid=time-bar]")?.dataset.at === String(when), at);
      await page.getByTestId("widget-level").getByRole("button", { name: "show what it is made of" }).click();
      await page.waitForURL(/widget=level/);
      assert.equal(await shownAt(page), at, "the time is kept on the way");
      await page.getByTestId("page").getByRole("link", { name: "Service today" }).click();
      await page.getByTestId("widget-queues").waitFor();
      assert.equal(await shownAt(page), at);
      await page.getByLabel("Day", { exact: true }).fill(new Date((now - 3 * 86_400) * 1000).toLocaleDateString("en-CA", { timeZone: "Europe/Berlin" }));
      await page.waitForFunction((when) => Number(document.querySelector("[data-testid=time-bar]").dataset.at) < when, at);
      const asleep = new Date((now - 3 * 86_400) * 1000).toISOString();
      await page.goto(`${world.base}/boards/service-today?at=${asleep}`);
      await bar(page).getByText("Nothing was computed then").waitFor();
      await page.getByTestId("widget-waiting").getByText("not kept").waitFor();
      await page.goto(`${world.base}/boards/service-today?at=2001-01-01T00:00:00Z`);
      await bar(page).getByText("longer ago than values are kept").first().waitFor();
      return page;
    },
  },
  {
    name: "time plays on by itself, step by step, until it is stopped",
    needs: "mock",
    async run(world) {
      const page = await open(world, "/boards/service-today");
      const from = await press(page, "PageDown");
      await page.getByRole("radio", { name: "60×" }).click();
      await page.getByRole("button", { name: "Play on from here" }).click();
      await page.waitForFunction((at) => Number(document.querySelector("[data-testid=time-bar]").dataset.at) >= at + 50, from);
      await page.getByRole("button", { name: "Pause" }).click();
      await page.waitForTimeout(600);
      const stopped = await shownAt(page);
      await page.waitForTimeout(600);
      assert.equal(await shownAt(page), stopped);
      assert.match(page.url(), /at=/);
      return page;
    },
  },
  {
    name: "figures stand beside those of another day, with an arrow and a number",
    needs: "mock",
    async run(world) {
      const page = await open(world, "/boards/service-today");
      const at = await press(page, "PageDown");
      await page.getByRole("button", { name: /Compare with/ }).click();
      await page.getByRole("option", { name: "Same time the day before" }).click();
      await page.waitForURL(/vs=yesterday/);
      const query = await queryOf(page, "queues");
      const then = await storedAt(page, query, at - 86_400);
      await page.waitForFunction(() => document.querySelectorAll("[data-testid=widget-queues] [data-then]").length > 20);
      const cells = await page.$$eval("[data-testid=widget-queues] [role=gridcell][data-stat]", (all) => all.map((cell) => ({ ...cell.dataset, then: cell.querySelector("[data-then]")?.dataset.then, sign: cell.querySelector("[data-then]")?.dataset.sign })));
      for (const { object, stat, value, then: shown, sign } of cells) {
        const kept = then.rows.find((row) => row.object === object).cells[then.columns.findIndex((column) => column.stat_type === stat)].v;
        assert.equal(shown, String(kept), `${stat} of ${object}`);
        if (sign !== "0") assert.equal(Number(sign), Math.sign(Number(value) - kept));
      }
      await page.getByRole("button", { name: "Back to live" }).click();
      await page.getByTestId("connection").getByText("Past").waitFor({ state: "detached" });
      await page.waitForFunction(() => document.querySelectorAll("[data-testid=widget-queues] [data-then]").length > 20);
      assert.match(await page.getByTestId("widget-waiting").textContent(), /the day before/, "it is spoken, too");
      return page;
    },
  },
  {
    name: "a note is pinned, marks figures and charts, and is taken away",
    needs: "mock",
    async run(world) {
      const page = await open(world, "/boards/service-today");
      await page.getByRole("button", { name: "Notes" }).click();
      const window = page.getByRole("dialog");
      await window.getByLabel("What happened").fill("Trunk 2 was down");
      await window.getByRole("button", { name: "Kind" }).click();
      await page.getByRole("option", { name: "Bad data" }).click();
      assert.equal(await window.getByRole("button", { name: "Pin it" }).isDisabled(), true, "bad data has an end");
      const from = await window.getByLabel("From").inputValue();
      await window.getByLabel("To", { exact: true }).fill(from);
      await window.getByRole("button", { name: "Pin it" }).click();
      await window.getByText("Trunk 2 was down", { exact: true }).waitFor();
      assert.deepEqual(await audit(page), []);
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "1 note" }).waitFor();
      await page.getByTestId("widget-trend").getByText("Trunk 2 was down").waitFor();
      const marked = page.locator("[data-testid=widget-queues] [data-stat=Calls_Answered] [data-doubt]");
      await marked.first().waitFor();
      assert.match(await marked.first().getAttribute("title"), /Bad data, \d\d:\d\d to \d\d:\d\d: Trunk 2 was down \(mara\)/);
      const [download] = await Promise.all([page.waitForEvent("download"), (async () => {
        await page.getByTestId("widget-queues").hover();
        await page.getByRole("button", { name: "What to do with Queues" }).click();
        await page.getByRole("menuitem", { name: "Download values (CSV)" }).click();
      })()]);
      const { readFileSync } = await import("node:fs");
      assert.match(readFileSync(await download.path(), "utf8"), /Bad data.*Trunk 2 was down/);
      await page.getByRole("button", { name: "1 note" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Go there" }).click();
      await page.locator("[data-testid=time-bar][data-past]").waitFor();
      await page.getByRole("button", { name: "1 note" }).click();
      await page.getByRole("button", { name: "Take away: Trunk 2 was down" }).click();
      await page.getByText("Nobody has pinned a note yet").waitFor();
      return page;
    },
  },
  {
    name: "a widget whose values are partial says how many",
    needs: "mock",
    async run(world) {
      const page = await open(world, "/boards/service-today");
      world.mock.trouble({ partial: true });
      const mark = page.getByTestId("widget-waiting").getByTestId("quality");
      await mark.waitFor();
      assert.match(await mark.getAttribute("title"), /6 of 18 values are partial/);
      world.mock.trouble({});
      await mark.waitFor({ state: "detached" });
      return page;
    },
  },
  {
    name: "the bar of time is fit for everybody, in both themes",
    needs: "mock",
    async run(world) {
      for (const theme of ["light", "dark", "contrast"]) {
        const page = await open(world, "/boards/service-today?vs=yesterday", { theme });
        assert.deepEqual(await audit(page), [], `${theme}, live`);
        await press(page, "PageDown");
        assert.deepEqual(await audit(page), [], `${theme}, past`);
        if (theme === "contrast") return page;
      }
    },
  },
];
