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
];
