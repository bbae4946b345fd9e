// "Who waits", told as journeys.
import assert from "node:assert/strict";
import { isLive, newPage, signIn } from "./browser.mjs";
import { audit } from "./look.mjs";

async function open({ browser, base, who, queue }, look) {
  const page = await newPage(browser, look);
  await signIn(page, base, who, `/queues/${encodeURIComponent(queue)}`);
  await isLive(page);
  return page;
}

const list = (page) => page.getByRole("complementary", { name: "Who waits" });
const contacts = (page) => page.getByTestId("waiting-contact");

export const waitingJourneys = [
  {
    name: "who waits: as many as the number says, the longest first; on a wide screen beside the widgets, on a phone above them",
    async run(world) {
      const page = await open(world);
      await list(page).waitFor();
      const total = Number(((await page.getByTestId("waiting-total").textContent()) ?? "").split("·")[0]);
      if (total === 0) await list(page).getByText("Nobody waits.").waitFor();
      else assert.ok((await contacts(page).count()) > 0);
      assert.deepEqual(await audit(page), []);
      const seconds = await contacts(page).evaluateAll((lines) => lines.map((line) => (/(\d+):(\d\d)(?::(\d\d))?/.exec(line.children[1].textContent) ?? []).slice(1).filter(Boolean).reduce((sum, part) => sum * 60 + Number(part), 0)));
      assert.deepEqual(seconds, [...seconds].sort((a, b) => b - a), "who has waited longest comes first");
      await page.setViewportSize({ width: 360, height: 720 });
      const [aside, widgets] = await Promise.all([list(page).boundingBox(), page.getByText("Waiting now").first().boundingBox()]);
      assert.ok(aside.y < (widgets?.y ?? Infinity) && aside.width <= 360, "above the widgets");
      assert.deepEqual(await audit(page), []);
      return page;
    },
  },
  {
    name: "who waits: nobody, hidden numbers and a server that can not tell have their words",
    needs: "mock",
    async run(world) {
      const page = await open(world, { theme: "dark" });
      for (const [waiting, words] of [
        ["empty", /^Nobody waits/],
        ["busy", /^Not up to date: others ask/i],
        [null, /Calls waiting|^\d+ · /],
        ["not_available", /^Nobody here can tell/],
      ]) {
        world.mock.trouble({ waiting });
        await list(page).getByText(words).first().waitFor({ timeout: 15_000 });
      }
      assert.deepEqual(await audit(page), []);
      page.problems.length = 0;
      return page;
    },
  },
];
