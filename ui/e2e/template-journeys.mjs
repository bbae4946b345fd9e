// What people do with templates, told as journeys.
import assert from "node:assert/strict";
import { newPage, signIn } from "./browser.mjs";
import { audit, cleanIn } from "./look.mjs";

async function open({ browser, base, who }, path, look) {
  const page = await newPage(browser, look);
  await signIn(page, base, who, path);
  await page.getByTestId("page").first().waitFor();
  return page;
}

const item = (page, words) => page.getByRole("listitem").filter({ hasText: words }).first();

async function choose(page, item, entry) {
  await item.getByRole("button", { name: /What to do with/ }).click();
  await page.getByRole("menuitem", { name: entry }).click();
}

const columnsOf = (page) => page.locator("[data-column]").allInnerTexts();

export const templateJourneys = [
  {
    name: "templates: the list tells what each is for, finds by a column, and where it is used",
    needs: "mock",
    async run(world) {
      const page = await open(world, "/templates");
      await page.getByRole("navigation").getByRole("link", { name: "Templates" }).and(page.locator("[aria-current=page]")).waitFor();
      await item(page, "Queue KPIs").getByText("comes with Pulse").waitFor();
      await cleanIn(page, "templates");
      await page.getByRole("searchbox", { name: "Find a template" }).fill("handled");
      await item(page, "Agent KPIs").waitFor();
      assert.equal(await page.getByRole("list", { name: "Templates" }).getByRole("listitem").count(), 1);
      await page.getByRole("searchbox", { name: "Find a template" }).fill("zzz");
      await page.getByText("No templates match").waitFor();
      await page.getByRole("radio", { name: "Statistics" }).click();
      await page.getByRole("searchbox", { name: "Find a statistic" }).fill("longest");
      await page.getByRole("button", { name: /^Where .* is used/ }).first().click();
      await page.getByRole("dialog").getByText(/that you may not look at/).waitFor();
      await page.getByRole("dialog").getByRole("link", { name: "Queue KPIs" }).waitFor();
      assert.deepEqual(await audit(page), [], "uses");
      return page;
    },
  },
  {
    name: "templates: one is made by keyboard: columns found by their words, moved, a formula checked as one types, with live values",
    needs: "mock",
    async run(world) {
      const page = await open(world, "/templates");
      await page.getByRole("button", { name: "New template" }).press("Enter");
      await page.waitForFunction(() => document.activeElement?.matches("input"));
      assert.equal(await page.getByRole("button", { name: "Make it" }).isDisabled(), true, "it needs a name");
      await page.keyboard.type("Service for the morning");
      await page.getByTestId("widget-preview").getByRole("gridcell").first().waitFor();
      const before = await columnsOf(page);
      const first = page.locator("[data-column]").first();
      await first.focus();
      await page.keyboard.press("Alt+ArrowDown");
      await page.waitForFunction((name) => document.activeElement?.hasAttribute("data-column") && document.activeElement.textContent === name, before[0]);
      assert.deepEqual((await columnsOf(page)).slice(0, 2), [before[1], before[0]]);
      await page.keyboard.press("Delete");
      await page.getByRole("searchbox", { name: "Find a statistic" }).fill("while a phone rang");
      const offer = page.getByRole("group", { name: "Add a statistic" }).getByRole("listitem").getByRole("button").first();
      await offer.focus();
      await page.locator("#statistic-words").getByText(/while a phone rang/).waitFor();
      await page.keyboard.press("Enter");
      assert.equal((await columnsOf(page)).length, before.length);
      await page.getByRole("button", { name: "Add a formula" }).press("Enter");
      await page.getByRole("textbox", { name: "Formula" }).fill("Calls_Entered * Nope");
      await page.getByText(/'Nope' at 17/).first().waitFor();
      await cleanIn(page, "the editor");
      assert.equal(await page.getByRole("button", { name: "Make it" }).isDisabled(), true, "what is wrong is not stored");
      await page.getByRole("textbox", { name: "Formula" }).fill("Calls_Entered * 2");
      await page.getByText("As a new widget would look now").waitFor();
      await page.getByRole("textbox", { name: "Warn" }).fill("10");
      await page.getByRole("button", { name: "Make it" }).press("Enter");
      await item(page, "Service for the morning").getByText(/mara,/).waitFor();
      return page;
    },
  },
  {
    name: "templates: a shipped one is duplicated; of two changes the second is asked; deleting tells where it is used",
    needs: "mock",
    async run(world) {
      const page = await open(world, "/templates");
      await choose(page, item(page, "Queue KPIs"), "Duplicate …");
      await page.getByRole("textbox", { name: "Name", exact: true }).fill("Ours");
      await page.getByRole("button", { name: "Make it" }).click();
      await item(page, "Ours").waitFor();
      await item(page, "Ours").getByRole("link", { name: "Ours" }).click();
      // The limits of a column, as they are stored and as changed, over yesterday.
      const wait = page.locator("[data-column]").filter({ hasText: "Longest wait" });
      await wait.click();
      const limits = page.getByRole("group", { name: "Settings of Longest wait" });
      await limits.getByRole("button", { name: "Try on yesterday" }).click();
      await limits.getByText("Yesterday: 12 times over 8 objects").waitFor();
      await limits.getByRole("textbox", { name: "Warn" }).fill("90");
      await limits.getByRole("button", { name: "Try on yesterday" }).click();
      await limits.getByText("Yesterday: 12 times over 8 objects as stored, 3 times over 8 objects as changed").waitFor();
      await limits.getByRole("textbox", { name: "Warn" }).fill("30");
      await wait.click();
      await page.getByRole("textbox", { name: "What it is for" }).fill("Mine");
      await page.evaluate(async () => {
        const list = await (await fetch("/api/v1/templates")).json();
        const ours = list.find(({ title }) => title === "Ours");
        await fetch(`/api/v1/templates/${ours.name}`, { method: "PUT", headers: { "content-type": "application/json", "if-match": `"${ours.revision}"`, "x-csrf": "token" }, body: JSON.stringify({ ...ours, title: "Theirs" }) });
      });
      await page.getByRole("button", { name: "Save" }).click();
      const asked = page.getByRole("alertdialog");
      await asked.getByText("The template was called “Ours”, then “Theirs”.").waitFor();
      assert.deepEqual(await audit(page), [], "two changes");
      await asked.getByRole("button", { name: "Store mine" }).click();
      await item(page, "Ours").getByText("Mine").waitFor();
      await choose(page, item(page, "Ours"), "Delete …");
      await page.getByRole("alertdialog").getByText("No widget was made from it.").waitFor();
      await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
      await item(page, "Ours").waitFor({ state: "detached" });
      return page;
    },
  },
  {
    name: "templates: a text file is told with its faults by line and its changes in words, then takes the place",
    needs: "mock",
    async run(world) {
      const page = await open(world, "/templates");
      await page.getByRole("button", { name: "Import …" }).click();
      const window = page.getByRole("dialog");
      const text = 'title = "Queue KPIs"\ndescription = "Short"\nkind = "grid"\n\n[[column]]\nstatistic = "Calls_Entered"\n';
      await window.getByLabel("Text file (TOML)").setInputFiles({ name: "Queue_KPIs.toml", mimeType: "text/plain", buffer: Buffer.from(text.replace("kind", "kinds")) });
      await window.getByText("line 3: unknown field `kinds`").waitFor();
      await window.getByText('kinds = "grid"', { exact: false }).last().waitFor();
      assert.deepEqual(await audit(page), [], "a fault");
      await window.getByRole("textbox", { name: "Its text" }).fill(text);
      await window.getByText("“Queue KPIs” would change:").waitFor();
      await window.getByText("Its description changed.").waitFor();
      await window.getByText(/lost Waiting/).waitFor();
      await window.getByRole("button", { name: "Replace it" }).click();
      await page.getByRole("textbox", { name: "What it is for" }).waitFor();
      assert.equal(await page.getByRole("textbox", { name: "What it is for" }).inputValue(), "Short");
      await page.getByRole("button", { name: "Cancel" }).click();
      await item(page, "Queue KPIs").getByText("comes with Pulse, changed here").waitFor();
      const download = page.waitForEvent("download");
      await choose(page, item(page, "Queue KPIs"), "Save as a text file");
      assert.equal((await download).suggestedFilename(), "Queue_KPIs.toml");
      return page;
    },
  },
  {
    name: "templates: who may not manage them reads their columns in words, with live values, and is offered nothing else",
    needs: "mock",
    async run({ browser, base, who, mock }) {
      const page = await newPage(browser);
      mock.trouble({ roles: ["viewer"] });
      await signIn(page, base, who, "/templates");
      await item(page, "Agent KPIs").waitFor();
      assert.equal(await page.getByRole("navigation").getByRole("link", { name: "Templates" }).count(), 0, "it does not stand in their navigation");
      for (const name of ["New template", "Import …"]) assert.equal(await page.getByRole("button", { name }).count(), 0, name);
      await item(page, "Agent KPIs").getByRole("button", { name: /What to do with/ }).click();
      assert.deepEqual(await page.getByRole("menuitem").allInnerTexts(), ["Where it is used …", "Save as a text file"]);
      await page.keyboard.press("Escape");
      await item(page, "Agent KPIs").getByRole("link").click();
      await page.getByText("Calls that the agent finished since the day began.").waitFor();
      await page.getByTestId("widget-preview").getByRole("gridcell").first().waitFor();
      assert.equal(await page.getByRole("textbox").count(), 0);
      await cleanIn(page, "a template that is looked at");
      await page.goto(`${base}/templates/new`);
      await page.getByText("You may not make templates").waitFor();
      return page;
    },
  },
];
