// The pages in other languages and other zones.
import assert from "node:assert/strict";
import { isLive, newPage, signIn } from "./browser.mjs";

/** Signs out by asking the server: the words of the menu differ by language. */
const signOut = (page) => page.evaluate(() => fetch("/api/v1/session", { method: "DELETE" }));

async function choose(page, name) {
  await page.locator("header button[aria-haspopup]").last().click();
  await Promise.all([page.waitForEvent("load"), page.getByRole("menuitemradio", { name }).click()]);
}

export const languageJourneys = [
  {
    name: "a viewer reads Pulse in German, with German figures, and finds it so again; the next one has a choice of their own",
    async run({ browser, base, who }) {
      const page = await newPage(browser);
      await signIn(page, base, who, "/queues");
      await isLive(page);
      await choose(page, "Deutsch");
      await page.getByRole("heading", { name: "Warteschlangen" }).waitFor();
      assert.equal(await page.getAttribute("html", "lang"), "de");
      await page.getByRole("columnheader", { name: /Längste Wartezeit/ }).waitFor();
      await page.getByRole("link", { name: "Übersicht" }).click();
      await page.getByText("Jetzt wartend").waitFor();
      // What is left of English would stand in the words of the pages' own frame.
      const frame = await page.locator("header").first().innerText();
      assert.doesNotMatch(frame, /Overview|Queues|Agents|Find/);

      await signOut(page);
      await page.goto(base);
      await page.getByLabel("Passwort").fill(who.password);
      await page.getByLabel("Name").fill("otto");
      await page.getByRole("button", { name: "Anmelden" }).click();
      await choose(page, "Español");
      await page.getByRole("link", { name: "Resumen" }).waitFor();

      await signOut(page);
      await page.goto(base);
      await page.getByLabel("Contraseña").fill(who.password);
      await page.getByLabel("Nombre").fill(who.user);
      await page.getByRole("button", { name: "Entrar" }).click();
      await page.getByRole("link", { name: "Übersicht" }).waitFor();
      return page;
    },
  },
  {
    name: "clocks follow the viewer's zone and the board's; what the centre counts by is said",
    needs: "mock",
    async run({ browser, base, who, board }) {
      const page = await newPage(browser);
      await signIn(page, base, who, "/queues");
      await isLive(page);
      const clock = () => page.getByTestId("connection").locator("time").innerText();
      const hour = (text) => Number(/^(\d\d):/.exec(text)[1]);
      const before = hour(await clock());
      await page.locator("header button[aria-haspopup]").last().click();
      await page.getByRole("menuitem", { name: "Time zone …" }).click();
      await page.getByRole("searchbox", { name: "Find a zone" }).fill("tokyo");
      await page.getByRole("option", { name: /Tokyo/ }).click();
      await page.getByRole("button", { name: "Choose" }).click();
      await page.getByTestId("connection").getByText("Tokyo").waitFor();
      assert.ok([7, 8].includes((hour(await clock()) - before + 24) % 24), "Tokyo is ahead of Berlin");
      // The day of the centre did not begin at midnight of these clocks, and the columns say so.
      await page.getByText(/^since 0[78]:00$/).first().waitFor();

      await page.goto(`${base}/boards/${board}?edit=1`);
      await page.getByRole("button", { name: "More for this board" }).click();
      await page.getByRole("menuitem", { name: "Time zone …" }).click();
      await page.getByRole("searchbox", { name: "Find a zone" }).fill("new york");
      await page.getByRole("option", { name: /New York/ }).click();
      await page.getByRole("button", { name: "Choose" }).click();
      await page.getByTestId("stored").getByText("All is stored").waitFor();
      await page.getByRole("button", { name: "Done", exact: true }).click();
      await page.getByText(/times in America\/New_York, days begin at 00:00 Europe\/Berlin/).waitFor();
      await page.getByText(/^since (17|18|19):00$/).first().waitFor();
      return page;
    },
  },
];
