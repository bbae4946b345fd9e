// What people do with the pages, told as journeys. `needs: "mock"` marks those that need trouble on demand.
import assert from "node:assert/strict";
import { isLive, newPage, signIn } from "./browser.mjs";
import { COLOURS, audit, cellsOf, frameTimes, visibleCells } from "./look.mjs";

const within = async (ms, what, check) => {
  const end = Date.now() + ms;
  for (;;) {
    const looked = Date.now();
    if (await check()) return looked - end + ms;
    assert.ok(looked < end, `within ${ms} ms: ${what}`);
    await new Promise((done) => setTimeout(done, 50));
  }
};

async function open({ browser, base, who }, path, look) {
  const page = await newPage(browser, look);
  await signIn(page, base, who, path);
  await isLive(page);
  return page;
}

const grid = (page, name) => page.getByRole("grid", { name });

export const journeys = [
  {
    name: "a wrong password is told in words, the right one leads to the address one wanted",
    async run({ browser, base, who }) {
      const page = await newPage(browser);
      await page.goto(`${base}/queues`);
      await page.getByLabel("Name").fill(who.user);
      await page.getByLabel("Password").fill("certainly not");
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByRole("alert").getByText(/wrong/).waitFor();
      await page.getByLabel("Password").fill(who.password);
      await page.getByRole("button", { name: "Sign in" }).click();
      await grid(page, "Queues").waitFor();
      return page;
    },
  },
  {
    name: "every screen is clean for screen readers, in every theme",
    async run(world) {
      const page = await open(world, "/");
      const found = [];
      for (const path of ["/", "/queues", "/agents", "/agents?view=map", "/boards", `/boards/${world.board}`, `/queues?open=${encodeURIComponent(world.queue)}`, `/queues/${encodeURIComponent(world.queue)}`, ...(world.mock ? ["/agents/1003"] : [])]) {
        await page.goto(world.base + path);
        await isLive(page);
        await page.waitForTimeout(700);
        // Dark and contrast are other colours of the same page; a wall is another page.
        for (const [theme, rules] of [["light"], ["dark", COLOURS], ["contrast", COLOURS], ["wall"]]) {
          await page.evaluate((name) => (document.documentElement.dataset.theme = name), theme);
          await page.waitForTimeout(theme === "light" ? 0 : 300);
          found.push(...(await audit(page, rules)).map((fault) => `${path} in ${theme}: ${fault}`));
        }
      }
      assert.deepEqual(found, []);
      return page;
    },
  },
  {
    name: "each cell tells its object, statistic, value, time and quality; the page tells its instant",
    async run(world) {
      const page = await open(world, "/queues");
      await within(5000, "cells with values", async () => (await cellsOf(page)).some(({ value }) => value !== ""));
      const cells = await cellsOf(page);
      assert.ok(cells.length >= 20, `${cells.length} cells`);
      for (const cell of cells) {
        assert.match(cell.stat, /^\w+$/);
        assert.notEqual(cell.object, "");
        assert.match(cell.quality, /^(good|empty|partial|invalid|stale|no_data|source_down|not_permitted|not_computable)( \w+)*$/);
      }
      const at = Number(await page.getByTestId("page").getAttribute("data-at"));
      assert.ok(at > 1.5e15, "microseconds");
      await within(4000, "the instant goes on", async () => Number(await page.getByTestId("page").getAttribute("data-at")) > at);
      return page;
    },
  },
  {
    name: "twenty random cells are what the centre says",
    needs: "mock",
    async run(world) {
      const page = await open(world, "/queues");
      await page.waitForTimeout(1200);
      world.mock.trouble({ stall: true });
      await page.waitForTimeout(400);
      const at = Number(await page.getByTestId("page").getAttribute("data-at"));
      assert.equal(at, world.mock.centre.now * 1e6);
      const cells = (await cellsOf(page)).sort(() => Math.random() - 0.5).slice(0, 20);
      const objects = world.mock.centre.objects("Queue");
      for (const cell of cells) {
        const value = world.mock.centre.value("Queue", objects.findIndex((o) => o.object === cell.object), cell.stat);
        assert.equal(cell.value, String(Array.isArray(value) ? value[1] : value), `${cell.object} ${cell.stat}`);
      }
      world.mock.trouble({});
      return page;
    },
  },
  {
    name: "the grid is walked by keyboard, a row opens with Enter, Escape leads back",
    async run(world) {
      const page = await open(world, "/agents");
      const place = () => page.evaluate(() => document.activeElement?.getAttribute("data-place"));
      await grid(page, "Agents").locator('[role="columnheader"]').first().focus();
      for (const key of ["ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight"]) await page.keyboard.press(key);
      assert.equal(await place(), "1:2");
      await page.keyboard.press("End");
      await page.keyboard.press("Control+End");
      assert.match((await place()) ?? "", /^\d{2,}:\d$/);
      await page.keyboard.press("Control+Home");
      assert.equal(await place(), "0:0");
      await page.keyboard.press("Enter");
      await page.getByRole("complementary").waitFor();
      assert.match(page.url(), /open=/);
      await page.keyboard.press("Escape");
      await page.getByRole("complementary").waitFor({ state: "detached" });
      assert.equal(await place(), "0:0");
      await page.keyboard.press("ArrowUp");
      await page.keyboard.press("Enter");
      await page.waitForURL(/sort=name/);
      return page;
    },
  },
  {
    name: "rows keep their places under the pointer",
    needs: "mock",
    async run(world) {
      const page = await open(world, "/agents?sort=-in-state");
      const order = () => page.$$eval("[data-index]", (rows) => rows.sort((a, b) => a.dataset.index - b.dataset.index).slice(0, 12).map((row) => row.dataset.rowObject));
      await page.waitForTimeout(1500);
      const before = await order();
      for (let n = 0; n < 10; n++) {
        await page.mouse.move(400, 320 + (n % 2));
        await page.waitForTimeout(500);
      }
      assert.deepEqual(await order(), before);
      return page;
    },
  },
  {
    name: "Ctrl-K finds a page and an agent, without a mouse",
    async run(world) {
      const page = await open(world, "/");
      await page.keyboard.press("Control+k");
      await page.getByRole("dialog").waitFor();
      await page.keyboard.type("floor map");
      await page.keyboard.press("Enter");
      await page.getByTestId("floor-map").waitFor();
      await page.keyboard.press("Control+k");
      await page.getByRole("dialog").waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
      return page;
    },
  },
  {
    name: "agents are filtered by state and by name, and the address says so",
    async run(world) {
      const page = await open(world, "/agents");
      await page.getByRole("button", { name: /^On a call/ }).click();
      await page.waitForURL(/state=call/);
      const shown = () => page.$$eval('[role="gridcell"][data-since]', (cells) => cells.map((cell) => cell.dataset.value));
      await within(3000, "only calls", async () => {
        const states = await shown();
        return states.length > 0 && states.every((state) => /^Call(Inbound|Outbound|Internal|Consult|Unknown)$/.test(state));
      });
      await page.getByRole("searchbox").fill("zzzz");
      await page.getByText("No agents match").waitFor();
      return page;
    },
  },
  {
    name: "when the values stand still, every cell is stale within three seconds, and fresh again after",
    needs: "mock",
    async run(world) {
      const page = await open(world, "/queues");
      await page.waitForTimeout(1500);
      world.mock.trouble({ stall: true });
      const allStale = async () => (await cellsOf(page)).every(({ quality }) => quality.includes("stale"));
      const took = await within(3000, "every cell stale", allStale);
      await page.getByTestId("connection").getByText("Standing still").waitFor();
      world.mock.trouble({});
      await isLive(page);
      await within(2000, "fresh again", async () => (await cellsOf(page)).every(({ quality }) => !quality.includes("stale")));
      return Object.assign(page, { note: `stale after ${took} ms` });
    },
  },
  {
    name: "a lost connection is told, tried again, and what was known stays in place",
    needs: "mock",
    async run(world) {
      const page = await open(world, "/queues");
      await page.waitForTimeout(1200);
      const rows = await page.locator("[data-row-object]").count();
      world.mock.trouble({ silent: true });
      await page.getByTestId("connection").getByText("Reconnecting").waitFor();
      assert.equal(await page.locator("[data-row-object]").count(), rows);
      world.mock.trouble({});
      await page.getByRole("button", { name: "Try now" }).click();
      await isLive(page);
      return page;
    },
  },
  {
    name: "empty, refused, forbidden, failed and missing have their words",
    needs: "mock",
    async run(world) {
      const page = await open(world, "/queues");
      const meets = async (trouble, path, words) => {
        world.mock.trouble(trouble);
        await page.goto(world.base + path);
        await page.getByText(words).first().waitFor({ timeout: 8000 });
      };
      await meets({ empty: true }, "/agents", "No agents yet");
      await meets({ empty: true }, "/boards", "No boards yet");
      await meets({ refuse: "not_permitted" }, "/queues", "You may not see these queues");
      await meets({ denyBoards: true }, "/boards", "You may not see this");
      await meets({ fail: true }, "/boards", "This could not be loaded");
      await meets({ missing: true }, "/queues", "not computable");
      await meets({ missing: true }, "/queues", "source down");
      await meets({}, "/boards/nowhere", "This is not here");
      await meets({}, "/nowhere", "There is no such page");
      return page;
    },
  },
  {
    name: "on a phone nothing is wider than the screen",
    async run(world) {
      const page = await open(world, "/", { width: 390, height: 844 });
      for (const path of ["/", "/queues", "/agents", "/agents?view=map", "/boards", `/boards/${world.board}`]) {
        await page.goto(world.base + path);
        await isLive(page);
        await page.waitForTimeout(400);
        if (path.includes("map")) assert.ok((await page.locator('[data-testid="floor-map"] section').last().boundingBox()).x < 390, "every group is below the one before");
        const [wide, screen] = await page.evaluate(() => [Math.max(document.documentElement.scrollWidth, ...[...document.querySelectorAll('[data-testid="page"]')].concat([...document.querySelectorAll('[data-testid="floor-map"]')]).map((p) => p.scrollWidth)), innerWidth]);
        assert.ok(wide <= screen, `${path}: ${wide} px on ${screen}`);
      }
      return page;
    },
  },
  {
    name: "a thousand agents with a thousand changing cells a second stay smooth",
    needs: "crowd",
    async run(world) {
      const page = await open({ ...world, base: world.crowd.url }, "/agents");
      await page.waitForTimeout(1500);
      const shown = (await visibleCells(page)).length;
      assert.ok((await page.locator("[data-index]").count()) < 60, "only what is visible is drawn");
      const times = await frameTimes(page, 5000);
      return Object.assign(page, { note: `${shown} cells visible; script ${times.script} ms, layout and style ${times.layout} ms a second; longest frame ${times.longest} ms` });
    },
  },
];
