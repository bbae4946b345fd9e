// What administrators do, told as journeys.
import assert from "node:assert/strict";
import { newPage, signIn } from "./browser.mjs";
import { audit, cleanIn } from "./look.mjs";

const ROOT = { user: "root", password: "pulse" };

async function open({ browser, base, mock, who }, path, look) {
  const page = await newPage(browser, look);
  await signIn(page, base, mock === null ? who : ROOT, path);
  await page.getByTestId("page").first().waitFor();
  return page;
}

const row = (page, words) => page.getByRole("row").filter({ hasText: words }).first();

async function choose(page, person, entry) {
  await row(page, person).getByRole("button", { name: /What to do with/ }).press("Enter");
  await page.getByRole("menuitem", { name: entry }).press("Enter");
}

export const adminJourneys = [
  {
    name: "administration: one is led there by privilege, and told a clear word without it",
    needs: "mock",
    async run(world) {
      const page = await open(world, "/");
      await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Administration" }).click();
      await page.waitForURL(/\/admin\/users$/);
      await row(page, "Jon Abara").getByText("signed in 2 times").waitFor();
      await row(page, "Otto Lind").getByText("Switched off").waitFor();
      await row(page, "Administrator").getByText("root · you").waitFor();
      await cleanIn(page, "users");
      await page.getByRole("searchbox", { name: "Find a person" }).fill("back office");
      assert.equal(await page.getByRole("row").count(), 2, "Jon under the head");
      await page.getByRole("searchbox", { name: "Find a person" }).fill("nobody at all");
      await page.getByText("Nobody is called that").waitFor();
      world.mock.trouble({ roles: ["editor"] });
      await page.goto(`${world.base}/admin/audit`);
      await page.getByText("You may not administer this installation").waitFor();
      assert.equal(await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Administration" }).count(), 0);
      await cleanIn(page, "refused");
      return page;
    },
  },
  {
    name: "administration: by keyboard an account is made, given a password once, switched off, and removed; nobody locks everybody out",
    needs: "mock",
    async run(world) {
      const page = await open(world, "/admin/users");
      await page.getByRole("button", { name: "New account" }).press("Enter");
      await page.waitForFunction(() => document.activeElement?.matches("[role=dialog] input"));
      await page.keyboard.type("mia");
      await page.keyboard.press("Tab");
      await page.keyboard.type("Mia Roth");
      await page.getByRole("checkbox", { name: /^Editor/ }).press("Space");
      await cleanIn(page, "a new account");
      await page.getByRole("button", { name: "Make the account" }).press("Enter");
      const told = page.getByRole("textbox", { name: "The new password" });
      assert.match(await told.inputValue(), /^\w{5}(-\w{5}){3}$/);
      assert.equal(await told.evaluate((field) => document.activeElement === field), true, "the focus is on what must be copied");
      await cleanIn(page, "the password");
      await page.getByRole("button", { name: "I have it" }).press("Enter");
      await row(page, "Mia Roth").getByText("Viewer, Editor").waitFor();
      await choose(page, "Mia Roth", "Switch off …");
      await page.getByRole("alertdialog").getByText(/can’t sign in/).waitFor();
      await page.getByRole("button", { name: "Switch off", exact: true }).press("Enter");
      await row(page, "Mia Roth").getByText("Switched off").waitFor();
      await choose(page, "Mia Roth", "New password …");
      await page.getByRole("radio", { name: "Typed by hand" }).press("Space");
      await page.getByLabel("The password", { exact: true }).fill("short");
      await page.getByText("At least 8 characters.").waitFor();
      assert.equal(await page.getByRole("button", { name: "Change it" }).isDisabled(), true);
      await page.getByLabel("The password", { exact: true }).fill("long enough");
      await page.getByRole("button", { name: "Change it" }).press("Enter");
      await page.getByRole("dialog").waitFor({ state: "detached" });
      await choose(page, "Jon Abara", "Sign out everywhere …");
      await page.getByRole("button", { name: "Sign out", exact: true }).press("Enter");
      await row(page, "Jon Abara").getByText("not signed in").waitFor();
      await choose(page, "Administrator", "Switch off …");
      await page.getByRole("button", { name: "Switch off", exact: true }).press("Enter");
      await page.getByRole("alert").getByText(/nobody would be left to manage accounts/).waitFor();
      await page.getByRole("button", { name: "Cancel" }).press("Enter");
      await choose(page, "Mia Roth", "Remove …");
      await page.getByRole("button", { name: "Remove", exact: true }).press("Enter");
      await row(page, "Mia Roth").waitFor({ state: "detached" });
      return page;
    },
  },
  {
    name: "administration: people of an authorization service stand beside accounts, and what is kept elsewhere is said",
    needs: "mock",
    async run(world) {
      world.mock.trouble({ service: "Northwind ID" });
      const page = await open(world, "/admin/users");
      await page.getByText(/Roles and passwords of those who come by Northwind ID are kept there/).waitFor();
      await row(page, "Lars Vik").getByText("No role any more").waitFor();
      await row(page, "Ida Holm").getByRole("button", { name: /What to do with/ }).click();
      assert.ok(!(await page.getByRole("menuitem").allInnerTexts()).includes("New password …"), "there is no password here");
      await page.getByRole("menuitem", { name: "Forget …" }).click();
      await page.getByRole("alertdialog").getByText("Whether they may come again, Northwind ID decides.").waitFor();
      await cleanIn(page, "forgetting");
      await page.getByRole("button", { name: "Forget", exact: true }).click();
      await row(page, "Ida Holm").waitFor({ state: "detached" });
      return page;
    },
  },
  {
    name: "administration: why somebody sees an object is told with the rule that decided, under an address of its own",
    needs: "mock",
    async run(world) {
      const page = await open(world, "/admin/users");
      await choose(page, "Zoë Martín", "What they may see …");
      const window = page.getByRole("dialog");
      await window.getByRole("searchbox", { name: "Find an object" }).fill("8010");
      await window.getByRole("option").first().press("Enter");
      await window.getByText(/Zoë Martín does not see it/).waitFor();
      await window.getByText("no-billing").waitFor();
      await window.getByText("refuses it to role sales-lead").waitFor();
      await window.getByText("allows it to user zoe").waitFor();
      await cleanIn(page, "why");
      await page.reload();
      await page.getByRole("dialog").getByText("no-billing").waitFor();
      await page.keyboard.press("Escape");
      await page.waitForURL(/\/admin\/users$/);
      return page;
    },
  },
  {
    name: "administration: what is shared is found by person and taken back",
    needs: "mock",
    async run(world) {
      const page = await open(world, "/admin/shares");
      await page.getByText("No link leads anywhere now.").waitFor();
      await page.getByText("No board belongs to anybody alone.").waitFor();
      await page.evaluate(async () => {
        const headers = { "content-type": "application/json", "x-csrf": "token" };
        await fetch("/api/v1/shares", { method: "POST", headers, body: JSON.stringify({ title: "Entrance", boards: ["service-today"], names_hidden: true, every: 30, hours: 24 }) });
        const board = await (await fetch("/api/v1/boards/service-today")).json();
        const share = { owner: "jon", with: [{ who: { user: "zoe" }, right: "write" }, { who: { role: "viewer" }, right: "read" }] };
        await fetch("/api/v1/boards/service-today/sharing", { method: "PUT", headers: { ...headers, "if-match": `"${board.revision}"` }, body: JSON.stringify(share) });
      });
      await page.reload();
      await row(page, "Entrance").getByText("without agents’ names").waitFor();
      await page.getByText("zoe, may change it").waitFor();
      await cleanIn(page, "shares");
      await page.getByRole("searchbox", { name: "Find a person" }).fill("zoe");
      await page.getByText("They have made no link that leads anywhere now.").waitFor();
      await page.getByRole("button", { name: /^Take back .* from zoe$/ }).press("Enter");
      await page.getByRole("alertdialog").getByText(/jon keeps it/).waitFor();
      await page.getByRole("button", { name: "Take back", exact: true }).press("Enter");
      await page.getByText("No board belongs to them or was given to them.").waitFor();
      await page.getByRole("searchbox", { name: "Find a person" }).fill("");
      await page.getByRole("button", { name: "Take back the link of Entrance" }).press("Enter");
      await page.getByRole("alertdialog").getByText(/go dark within seconds/).waitFor();
      await page.getByRole("button", { name: "Take back", exact: true }).press("Enter");
      await page.getByText("No link leads anywhere now.").waitFor();
      return page;
    },
  },
  {
    name: "administration: a kind of widgets is switched off: the editor offers it no more, and those that there are say so",
    needs: "mock",
    async run(world) {
      const page = await open(world, "/admin/widgets");
      const donut = page.getByRole("listitem").filter({ hasText: "Donut" });
      const say = async (choice) => {
        await donut.getByRole("button").first().press("Enter");
        await page.getByRole("option", { name: choice, exact: true }).press("Enter");
      };
      await say("Off");
      await page.getByText("1 kind is off").waitFor();
      await cleanIn(page, "kinds of widgets");
      await page.goto(`${world.base}/boards/service-today?edit=1`);
      await page.getByRole("button", { name: "Add widget" }).click();
      const window = page.getByRole("dialog");
      await window.getByRole("option", { name: "Gauge" }).waitFor();
      assert.equal(await window.getByRole("option", { name: "Donut" }).count(), 0);
      await page.keyboard.press("Escape");
      const boards = await page.evaluate(async () => (await (await fetch("/api/v1/boards")).json()).map(({ id }) => id));
      const held = await page.evaluate(async (ids) => { for (const id of ids) { const board = await (await fetch(`/api/v1/boards/${id}`)).json(); if (board.widgets.some(({ kind }) => kind === "donut")) return id; } return null; }, boards);
      if (held !== null) {
        await page.goto(`${world.base}/boards/${held}`);
        await page.getByText("Switched off").first().waitFor();
      }
      await page.goto(`${world.base}/admin/widgets`);
      await say("On for some roles");
      await donut.getByRole("textbox", { name: "Roles, with commas" }).fill("admin");
      await donut.getByRole("button", { name: "Save" }).press("Enter");
      await page.getByText("All kinds are on").waitFor();
      await say("On for everybody");
      return page;
    },
  },
  {
    name: "administration: who did what is read page by page, by person, kind and time, opened and saved",
    needs: "mock",
    async run(world) {
      const page = await open(world, "/admin/audit");
      await row(page, "changed the board “Service today”").waitFor();
      await page.getByText("was refused: nobody is called as they said").waitFor();
      await cleanIn(page, "the trail");
      assert.equal(await page.getByRole("row").count(), 51);
      await page.getByRole("button", { name: "Older entries" }).press("Enter");
      await page.waitForFunction(() => document.querySelectorAll("tbody tr").length > 60);
      await page.getByRole("searchbox", { name: "Who did it" }).fill("jon");
      await page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 3);
      await page.getByRole("button", { name: /What differs: jon changed the rule/ }).press("Enter");
      const window = page.getByRole("dialog");
      await window.getByRole("row").filter({ hasText: "severity" }).getByText("critical").waitFor();
      await cleanIn(page, "what differs");
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "What it was about" }).press("Enter");
      await page.getByRole("option", { name: "Boards" }).press("Enter");
      await page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 1);
      await page.waitForURL(/kind=board/);
      const download = page.waitForEvent("download");
      await page.getByRole("link", { name: "Save as CSV" }).press("Enter");
      assert.equal((await download).suggestedFilename(), "pulse-audit.csv");
      await page.getByRole("button", { name: "When it was" }).press("Enter");
      await page.getByRole("option", { name: "Yesterday" }).press("Enter");
      await page.getByText("Nothing of that kind was done then").waitFor();
      return page;
    },
  },
  {
    name: "administration: at 360 px nothing is cut off, and everything can be reached",
    needs: "mock",
    async run(world) {
      const page = await open(world, "/admin/users", { width: 360, height: 740 });
      for (const part of ["users", "shares", "widgets", "audit"]) {
        await page.goto(`${world.base}/admin/${part}`);
        await page.getByRole("navigation", { name: "Parts of the administration" }).waitFor();
        await page.getByTestId("page").locator("table, ul, p").first().waitFor();
        const over = await page.evaluate(() => document.querySelector("[data-testid=page]").scrollWidth - innerWidth);
        assert.ok(over <= 0, `${part} is ${over} px too wide`);
        assert.deepEqual(await audit(page), [], part);
      }
      await page.getByRole("button", { name: /settings of/ }).click();
      await page.getByRole("menuitem", { name: "Administration" }).click();
      await page.waitForURL(/\/admin\/users$/);
      return page;
    },
  },
];
