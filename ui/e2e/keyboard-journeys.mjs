// Without a mouse: from signing in to a board that is built, shared and watched. Nothing is focused by the test; it walks, as a person does.
import assert from "node:assert/strict";
import { newPage } from "./browser.mjs";
import { audit } from "./look.mjs";

/** What the focus is on, as a screen reader names it. */
const focused = (page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    if (element === null || element === document.body) return "";
    const label = element.getAttribute("aria-label") ?? (element.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent ?? "").join(" ").trim();
    return label || element.labels?.[0]?.textContent || element.textContent?.trim() || element.getAttribute("placeholder") || "";
  });

/** Tab until the focus is there; told what was met on the way when it never comes. */
async function walkTo(page, name, { key = "Tab", most = 80 } = {}) {
  const met = [];
  for (let ix = 0; ix < most; ix += 1) {
    const now = await focused(page);
    if (name instanceof RegExp ? name.test(now) : now === name) return;
    met.push(now.slice(0, 40));
    await page.keyboard.press(key);
  }
  assert.fail(`${name} is not reached by ${key}; met: ${met.join(" | ")}`);
}

/** The focus can be seen: an outline or a ring stands around it. */
const isSeen = (page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    const look = getComputedStyle(element);
    return look.outlineStyle !== "none" || look.boxShadow !== "none" || getComputedStyle(element.parentElement).outlineStyle !== "none";
  });

export const keyboardJourneys = [
  {
    name: "with the keyboard alone a board is built, shared and watched",
    needs: "mock",
    async run({ browser, base, who }) {
      const page = await newPage(browser);
      const press = async (...keys) => { for (const key of keys) await page.keyboard.press(key); };
      await page.goto(base);
      await page.getByLabel("Name").waitFor();
      // The field for the name has the focus from the beginning.
      await page.keyboard.type(who.user);
      await press("Tab");
      await page.keyboard.type(who.password);
      await press("Enter");
      await page.getByTestId("connection").waitFor();

      await press("Control+k");
      await page.getByRole("dialog").waitFor();
      await page.keyboard.type("boards");
      await page.getByRole("menuitem", { name: /Boards/ }).first().waitFor();
      await press("ArrowDown", "Enter");
      await page.waitForURL(/\/boards$/);
      await page.getByRole("dialog").waitFor({ state: "detached" });
      await walkTo(page, "New board");
      assert.ok(await isSeen(page), "the focus is seen on a button");
      await press("Enter");
      await page.waitForFunction(() => document.activeElement?.matches("input"));
      await page.keyboard.type("No mouse");
      await press("Enter");
      await page.waitForURL(/edit=1/);

      await walkTo(page, "Add widget");
      await press("Enter");
      await page.getByRole("dialog").waitFor();
      await walkTo(page, /^Add to the board$/);
      await press("Enter");
      await page.getByRole("button", { name: "Move Table" }).waitFor();
      await walkTo(page, "Move Table");
      await press("Shift+ArrowUp", "ArrowDown");
      await page.getByTestId("stored").getByText("All is stored").waitFor();
      await walkTo(page, "Done", { key: "Shift+Tab" });
      await press("Enter");
      await page.waitForURL((url) => !url.search.includes("edit"));

      // Shared: a link for a screen, by the board's menu.
      await walkTo(page, "What to do with No mouse");
      await press("Enter");
      await page.getByRole("menuitem", { name: "Link for a screen …" }).waitFor();
      await press("ArrowDown", "Enter");
      await page.getByRole("dialog").getByText("Where the screen hangs").waitFor();
      await walkTo(page, "Make the link");
      await press("Enter");
      await page.getByRole("textbox", { name: "The link" }).waitFor();
      await press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });

      // Watched: a row of its table, one of its numbers, a limit that is passed at once.
      await page.locator("[role=gridcell][data-value]").first().waitFor();
      await walkTo(page, /^(Queue|Name)$/);
      await press("ArrowDown", "Enter");
      await page.getByRole("complementary").waitFor();
      await walkTo(page, /^Tell me when: Calls entered/);
      await press("Enter");
      await page.getByRole("dialog", { name: "Tell me when" }).waitFor();
      await walkTo(page, "Limit");
      await press("Control+a");
      await page.keyboard.type("0");
      await walkTo(page, "Tell me");
      await press("Enter");
      await page.getByRole("alert").getByText(/Entered, .*: over 0/).waitFor();
      await walkTo(page, "Go there", { most: 140 });
      assert.deepEqual(await audit(page), []);
      await press("Enter");
      await page.waitForURL(/\/queues\/\d+/);
      return page;
    },
  },
  {
    name: "a number that is waited for is kept over a reload, told once, and can be taken back",
    needs: "mock",
    async run({ browser, base, who }) {
      const page = await newPage(browser);
      await page.goto(`${base}/queues?open=8010`);
      await page.getByLabel("Name").fill(who.user);
      await page.getByLabel("Password").fill(who.password);
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: /^Tell me when: Calls entered/ }).click();
      await page.getByRole("textbox", { name: "Limit" }).fill("100000");
      await page.getByRole("button", { name: "Tell me", exact: true }).click();
      await page.getByRole("button", { name: "1 watch" }).waitFor();
      await page.reload();
      await page.getByRole("button", { name: "1 watch" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
      await page.getByRole("button", { name: "1 watch" }).waitFor({ state: "detached" });
      return page;
    },
  },
];
