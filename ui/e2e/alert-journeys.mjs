// What people do with alerts and rules, told as journeys.
import assert from "node:assert/strict";
import { newPage, signIn } from "./browser.mjs";
import { audit } from "./look.mjs";

async function open({ browser, base, who }, path, look) {
  const page = await newPage(browser, look);
  await signIn(page, base, who, path);
  await page.getByTestId("page").first().waitFor();
  return page;
}

const alert = (page, words) => page.getByRole("listitem").filter({ hasText: words });

export const alertJourneys = [
  {
    name: "alerts: the bell counts what nobody takes care of; one is acknowledged with a note by keyboard, one is put to sleep",
    needs: "mock",
    async run(world) {
      const page = await open(world, "/");
      const bell = page.getByRole("link", { name: "2 alerts wait" });
      await bell.focus();
      await page.keyboard.press("Enter");
      await page.waitForURL(/\/alerts/);
      await page.getByText("Callers wait too long").waitFor();
      for (const look of ["light", "dark"]) {
        await page.evaluate((theme) => { document.documentElement.dataset.theme = theme; }, look);
        assert.deepEqual(await audit(page), [], `alerts, ${look}`);
      }
      const first = alert(page, "Billing");
      assert.match(await first.innerText(), /3:04/);
      assert.match(await alert(page, "Orders").innerText(), /Nothing is known of it since/);
      await first.getByRole("button", { name: "Acknowledge" }).focus();
      await page.keyboard.press("Enter");
      const window = page.getByRole("dialog");
      await window.waitFor();
      await page.waitForFunction(() => document.activeElement?.matches("input"));
      await page.keyboard.type("Two more sign in at ten");
      await page.keyboard.press("Enter");
      await first.getByText(/mara takes care since/).waitFor();
      await first.getByText("Two more sign in at ten").waitFor();
      await alert(page, "Orders").getByRole("button", { name: "Snooze 15 min" }).click();
      await alert(page, "Orders").getByText(/Sleeps until/).waitFor();
      await page.getByRole("link", { name: "Alerts", exact: true }).waitFor();
      await page.getByText("Nothing waits for you").waitFor();
      await page.getByRole("radio", { name: "Recent" }).or(page.getByRole("button", { name: "Recent" })).first().click();
      await page.getByText(/The webhook was not told: it answered 404/).waitFor();
      return page;
    },
  },
  {
    name: "rules: one is filled in, tried on yesterday, saved, switched off and removed; a refusal is told",
    needs: "mock",
    async run(world) {
      const page = await open(world, "/alerts?view=rules");
      await page.getByText("No rules yet").waitFor();
      await page.getByRole("button", { name: "New rule" }).click();
      const window = page.getByRole("dialog");
      await window.getByRole("option").first().waitFor();
      await window.getByRole("searchbox", { name: "Find a statistic" }).fill("longest");
      await window.getByRole("option").first().click();
      await window.getByRole("textbox", { name: "Limit" }).fill("120");
      await window.getByRole("textbox", { name: "Well again at" }).fill("60");
      await window.getByRole("textbox", { name: "What to do" }).fill("Call in whoever is in training.");
      assert.deepEqual(await audit(page), [], "a rule");
      await window.getByRole("button", { name: "Try it" }).click();
      await window.getByText("Would have rung 3 times yesterday").waitFor();
      assert.equal(await window.getByRole("list", { name: "When it would have rung" }).getByRole("listitem").count(), 3);
      await window.getByRole("textbox", { name: "Webhook" }).fill("https://elsewhere.example.org/");
      await window.getByRole("button", { name: "Watch it" }).click();
      await window.getByText("webhook: messages may not go to that origin").waitFor();
      await window.getByRole("textbox", { name: "Webhook" }).fill("");
      await window.getByRole("button", { name: "Watch it" }).click();
      const rule = page.getByRole("listitem").filter({ hasText: "over 2:00" }).first();
      await rule.waitFor();
      assert.deepEqual(await audit(page), [], "rules");
      await rule.getByRole("switch", { name: "Watch" }).press("Space");
      await page.waitForFunction(() => document.querySelector('[data-phase="off"]') !== null);
      await rule.getByRole("button", { name: "Remove" }).click();
      await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
      await page.getByText("No rules yet").waitFor();
      return page;
    },
  },
  {
    name: "alerts: nothing, and a store that does not answer, are told",
    needs: "mock",
    async run(world) {
      world.mock.trouble({ empty: true });
      const page = await open(world, "/alerts");
      await page.getByText("No alerts", { exact: true }).waitFor();
      assert.deepEqual(await audit(page), [], "no alerts");
      return page;
    },
  },
];
