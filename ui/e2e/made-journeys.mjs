// "What made this number", told as journeys.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { isLive, newPage, signIn } from "./browser.mjs";
import { audit } from "./look.mjs";

async function open({ browser, base, who, queue }, look) {
  const page = await newPage(browser, look);
  await signIn(page, base, who, `/queues?open=${encodeURIComponent(queue)}`);
  await isLive(page);
  return page;
}

const button = (page) => page.getByRole("complementary").getByRole("button", { name: /^What made this number: Calls entered/ });
const items = (page) => page.getByTestId("made-item");

export const madeJourneys = [
  {
    name: "what made a number: the rule with its figures comes to the number shown, and each item unfolds to its events",
    async run(world) {
      const page = await open(world);
      await button(page).click();
      const dialog = page.getByRole("dialog", { name: /^What made this number: Entered/ });
      const fold = dialog.getByTestId("made-fold");
      await fold.waitFor({ timeout: 60_000 });
      const shown = (await dialog.getByTestId("made-shown").textContent()).replaceAll(",", "");
      assert.equal(await fold.getAttribute("data-folded"), shown);
      assert.equal(await fold.getAttribute("data-agrees"), "true", await fold.textContent());
      const first = items(page).first().getByRole("button");
      await first.focus();
      await page.keyboard.press("Enter");
      assert.equal(await first.getAttribute("aria-expanded"), "true");
      await dialog.getByText(/record \d+ of epoch/).first().waitFor();
      assert.deepEqual(await audit(page), []);
      // All of them: page by page on the screen, at once in a file.
      const total = Number(shown), before = await items(page).count();
      assert.equal(before, Math.min(total, 100));
      if (total > 100) {
        await dialog.getByRole("button", { name: "Show more" }).click();
        await page.waitForFunction((known) => document.querySelectorAll("[data-testid=made-item]").length > known, before);
      }
      const waiting = page.waitForEvent("download");
      await dialog.getByRole("button", { name: "Save as CSV" }).click();
      const lines = readFileSync(await (await waiting).path(), "utf8").trim().split("\r\n");
      assert.equal(lines.length, total + 1);
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "detached" });
      assert.ok(await page.getByRole("complementary").isVisible(), "Escape closes the window, not the panel");
      return page;
    },
  },
  {
    name: "what made a number: what can not be told is said plainly",
    needs: "mock",
    async run(world) {
      const page = await open(world);
      const told = [
        ["busy", /Others ask just now/],
        ["too_much", /The journal is too long/],
        ["no_value", /There was no value then/],
        ["not_available", /Not available here/],
        ["hidden", /You may not see this/],
        ["short", /a part, not the whole/],
        ["differs", /another number than the one shown/],
      ];
      for (const [trouble, words] of told) {
        world.mock.trouble({ made: trouble });
        await button(page).click();
        await page.getByRole("dialog").getByText(words).waitFor({ timeout: 30_000 });
        await page.keyboard.press("Escape");
        await page.getByRole("dialog").waitFor({ state: "detached" });
        await page.reload();
        await isLive(page);
      }
      world.mock.trouble({});
      // Refused on purpose, again and again: the browser notes each.
      page.problems.length = 0;
      return page;
    },
  },
];
