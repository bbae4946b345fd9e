// Screens on walls: paired by a code, watched from afar, changed and taken back without anybody walking there.
import assert from "node:assert/strict";
import { newPage, signIn } from "./browser.mjs";
import { audit } from "./look.mjs";
import { startMock } from "./mock/main.mjs";

async function open({ browser, base, who }, path, look) {
  const page = await newPage(browser, look);
  await signIn(page, base, who, path);
  await page.getByTestId("page").first().waitFor();
  return page;
}

/** A television: a browser without a session, which shows a code. */
async function television(world) {
  const screen = await newPage(world.browser, { width: 1920, height: 1080 });
  await screen.goto(`${world.base}/pair`);
  const shown = screen.locator("[data-code]");
  await shown.waitFor();
  return { screen, code: await shown.getAttribute("data-code"), text: await shown.innerText() };
}

const itemOf = (page, title) => page.getByTestId(`wall-${title}`);

/** Walls of former journeys would be met again. */
async function takeBack(page, title) {
  await page.getByRole("button", { name: `What to do with ${title}` }).click();
  await page.getByRole("menuitem", { name: "Take back …" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Take back" }).click();
  await itemOf(page, title).waitFor({ state: "detached" });
}

export const wallJourneys = [
  {
    name: "a screen is paired by its code with the keyboard alone, is seen to live, follows a change, and goes dark when it is taken back",
    async run(world) {
      const { screen, code, text } = await television(world);
      assert.match(code, /^\d{6}$/);
      assert.equal(text, `${code.slice(0, 3)} ${code.slice(3)}`);
      const page = await open(world, "/walls");
      await page.getByRole("button", { name: "Pair a screen" }).focus();
      await page.keyboard.press("Enter");
      const window = page.getByRole("dialog");
      await window.waitFor();
      await page.waitForFunction(() => document.activeElement?.matches("input[inputmode=numeric]"));
      assert.deepEqual(await audit(page), []);
      await page.keyboard.type(code);
      assert.equal(await window.getByRole("textbox", { name: "Code on the screen" }).inputValue(), text);
      await page.keyboard.press("Tab");
      await page.keyboard.type("Entrance hall");
      const isAtList = () => page.evaluate(() => document.activeElement?.getAttribute("role") === "option");
      for (let n = 0; n < 5 && !(await isAtList()); n += 1) await page.keyboard.press("Tab");
      await page.keyboard.press("Space");
      await window.getByRole("button", { name: "Pair it" }).focus();
      await page.keyboard.press("Enter");
      await page.getByText("“Entrance hall” is paired.").waitFor();
      await screen.getByTestId("wall").waitFor({ timeout: 20_000 });
      assert.equal(new URL(screen.url()).pathname, "/shared");
      const item = itemOf(page, "Entrance hall");
      await item.getByText("Live", { exact: true }).waitFor({ timeout: 30_000 });
      await item.getByText(/1920 × 1080/).waitFor();
      await item.getByText(/^Paired by code/).waitFor();

      // It was switched off and on: its start page leads to its boards.
      await screen.goto(`${world.base}/wall/pair`);
      await screen.getByTestId("wall").waitFor();

      await page.getByRole("button", { name: "What to do with Entrance hall" }).click();
      await page.getByRole("menuitem", { name: "Change …" }).click();
      await page.getByRole("dialog").getByRole("textbox", { name: "Where the screen hangs" }).fill("Hall");
      const before = await screen.getByRole("heading", { level: 1 }).innerText();
      await page.getByRole("dialog").locator("[role=option][aria-selected=true]").first().click();
      await page.getByRole("dialog").locator("[role=option][aria-selected=false]").nth(1).click();
      await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
      await itemOf(page, "Hall").waitFor();
      await screen.waitForFunction((title) => { const now = document.querySelector("h1")?.textContent; return now && now !== title; }, before, { timeout: 45_000 });
      await takeBack(page, "Hall");
      await screen.getByText("This link no longer leads anywhere").waitFor({ timeout: 60_000 });
      await screen.getByRole("link", { name: "Pair this screen again" }).click();
      await screen.locator("[data-code]").waitFor();
      return page;
    },
  },
  {
    name: "a wrong code is said beside the code, and nothing that was filled in is lost",
    async run(world) {
      const page = await open(world, "/walls?pair=1");
      const window = page.getByRole("dialog");
      await window.getByRole("textbox", { name: "Code on the screen" }).fill("12a3 45-6");
      await window.getByRole("textbox", { name: "Where the screen hangs" }).fill("Nowhere");
      const pair = window.getByRole("button", { name: "Pair it" });
      assert.ok(await pair.isDisabled(), "no board is chosen");
      await window.getByRole("option").first().click();
      await pair.click();
      await window.getByText(/No screen shows this code/).waitFor();
      assert.equal(await window.getByRole("textbox", { name: "Code on the screen" }).inputValue(), "123 456");
      assert.equal(await window.getByRole("textbox", { name: "Where the screen hangs" }).inputValue(), "Nowhere");
      assert.ok(await page.evaluate(() => document.activeElement?.matches("input[inputmode=numeric]")), "where it is typed again");
      await page.keyboard.press("Escape");
      await window.waitFor({ state: "detached" });
      return page;
    },
  },
  {
    name: "a code that nobody types is followed by another by itself; without a server the screen says so and goes on",
    needs: "mock",
    async run({ browser }) {
      const hasty = await startMock({ port: 0, codeLives: 2 });
      const screen = await newPage(browser, { width: 1920, height: 1080 });
      await screen.goto(`${hasty.url}/pair`);
      const shown = screen.locator("[data-code]");
      const first = await shown.getAttribute("data-code");
      await screen.getByText("A new code comes").waitFor();
      await screen.waitForFunction((code) => document.querySelector("[data-code]")?.getAttribute("data-code") !== code, first, { timeout: 20_000 });
      await screen.route("**/shared/pairing", (route) => route.abort());
      await screen.getByText(/There is no code now/).waitFor({ timeout: 20_000 });
      await screen.unroute("**/shared/pairing");
      await shown.waitFor({ timeout: 30_000 });
      hasty.stop();
      return screen;
    },
  },
  {
    name: "the list of walls tells how each stands, what needs somebody first, also on 360 px; it and the code are clean for screen readers",
    needs: "mock",
    async run(world) {
      world.mock.walls.clear();
      world.mock.walls.furnish();
      const found = [];
      for (const theme of ["light", "dark"]) {
        const page = await open(world, "/walls", { theme });
        await itemOf(page, "Canteen").waitFor();
        found.push(...(await audit(page)).map((fault) => `list in ${theme}: ${fault}`));
        await page.getByRole("button", { name: "What to do with Canteen" }).click();
        await page.getByRole("menuitem", { name: "Change …" }).click();
        await page.getByRole("dialog").waitFor();
        found.push(...(await audit(page)).map((fault) => `change in ${theme}: ${fault}`));
        const { screen } = await television(world);
        found.push(...(await audit(screen)).map((fault) => `code in ${theme}: ${fault}`));
        await page.context().close();
        await screen.context().close();
      }
      assert.deepEqual(found, []);
      const page = await open(world, "/walls", { width: 360, height: 740 });
      await itemOf(page, "Canteen").waitFor();
      const titles = await page.getByRole("list", { name: "Screens on walls" }).getByRole("heading").allInnerTexts();
      assert.deepEqual(titles, ["Second floor, beside the lifts", "Team Billing", "Back office", "Meeting room 4", "Canteen", "Entrance"]);
      for (const words of ["Silent since", "Its values stand still", "Never seen", "Not heard since", "Goes dark on"]) await page.getByText(words).first().waitFor();
      await itemOf(page, "Canteen").getByText(/2 screens, 1 silent/).waitFor();
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "it fits 360 px");
      await page.getByText("2 of 6 live").waitFor();
      world.mock.walls.clear();
      await page.getByText("No screens yet").waitFor({ timeout: 15_000 });
      return page;
    },
  },
];
