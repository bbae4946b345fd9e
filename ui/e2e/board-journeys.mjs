// What people do with boards, told as journeys.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { newPage, signIn } from "./browser.mjs";
import { audit } from "./look.mjs";

async function open({ browser, base, who }, path, look) {
  const page = await newPage(browser, look);
  await signIn(page, base, who, path);
  await page.getByTestId("page").first().waitFor();
  return page;
}

const stored = (page) => page.getByTestId("stored").getByText("All is stored").waitFor({ timeout: 45_000 });
const widgetsOf = (page) => page.locator('[data-testid^="widget-"]').count();

/** A board of one's own, so that journeys do not meet. */
async function newBoard(page, base, title) {
  await page.goto(`${base}/boards`);
  await page.getByRole("button", { name: "New board" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill(title);
  await page.keyboard.press("Enter");
  await page.waitForURL(/boards\/.*edit=1/);
}

async function addKind(page, kind, title) {
  await page.getByRole("button", { name: "Add widget" }).click();
  await page.getByRole("option", { name: kind, exact: true }).click();
  await page.getByRole("button", { name: "Add to the board" }).click();
  await page.getByRole("button", { name: `Move ${title}`, exact: true }).first().waitFor();
}

export const boardJourneys = [
  {
    name: "a board is made, filled, moved and sized with the keyboard alone; undo takes back, all is stored",
    async run(world) {
      const page = await open(world, "/boards");
      const press = async (...keys) => { for (const key of keys) await page.keyboard.press(key); };
      await page.getByRole("button", { name: "New board" }).focus();
      await press("Enter");
      await page.getByRole("dialog").waitFor();
      await page.waitForFunction(() => document.activeElement?.matches("input"));
      await page.keyboard.type("By hand");
      await press("Enter");
      await page.waitForURL(/edit=1/);
      await page.getByRole("button", { name: "Add widget" }).focus();
      await press("Enter");
      await page.getByRole("dialog").waitFor();
      const add = page.getByRole("button", { name: "Add to the board" });
      await add.focus();
      await press("Enter");
      const handle = page.getByRole("button", { name: "Move Table" });
      await handle.waitFor();
      await handle.focus();
      await press("Shift+ArrowLeft", "Shift+ArrowLeft", "Shift+ArrowUp", "ArrowRight", "ArrowDown");
      await page.getByText("Table: column 2, row 2, 10 wide, 8 high").waitFor({ state: "attached" });
      await press("Control+z");
      await page.getByText(/^Undone: Table/).waitFor({ state: "attached" });
      await press("Control+y");
      await handle.focus();
      await press("Enter");
      const title = page.getByRole("complementary").getByRole("textbox", { name: "Title" });
      await title.waitFor();
      await press("Control+a");
      await page.keyboard.type("Queues by keyboard");
      await press("Escape");
      await stored(page);
      await page.reload();
      await page.getByRole("button", { name: "Move Queues by keyboard" }).waitFor();
      assert.equal(await page.locator('[data-testid^="widget-"]').first().evaluate((one) => getComputedStyle(one).gridColumnStart), "2");
      return page;
    },
  },
  {
    name: "a widget is dragged and sized with the pointer; what is in the way goes down",
    async run(world) {
      const page = await open(world, "/boards");
      await newBoard(page, world.base, "By pointer");
      await addKind(page, "Number", "Number");
      await addKind(page, "Gauge", "Gauge");
      const box = async (name) => page.getByRole("button", { name: `Move ${name}`, exact: true }).boundingBox();
      const [one, other] = [await box("Number"), await box("Gauge")];
      await page.mouse.move(one.x + 20, one.y + 10);
      await page.mouse.down();
      await page.mouse.move(other.x + 22, other.y + 12, { steps: 6 });
      await page.mouse.up();
      await stored(page);
      const [moved, pushed] = [await box("Number"), await box("Gauge")];
      assert.ok(Math.abs(moved.x - other.x) < 4, "it lies where it was dropped");
      assert.ok(pushed.y > moved.y, "the other went down");
      return page;
    },
  },
  {
    name: "somebody else's change is told before anything is written over it",
    async run(world) {
      const page = await open(world, "/boards");
      await newBoard(page, world.base, "Contested");
      await addKind(page, "Text", "Text");
      await stored(page);
      await page.evaluate(async () => {
        const id = location.pathname.split("/").pop();
        const { csrf } = await (await fetch("/api/v1/session")).json();
        const board = await (await fetch(`/api/v1/boards/${id}`)).json();
        const { revision, ...rest } = board;
        const body = { ...rest, changed_by: undefined, changed_at: undefined };
        const answer = await fetch(`/api/v1/boards/${id}`, { method: "PUT", headers: { "content-type": "application/json", "x-csrf": csrf, "if-match": `"${revision}"` }, body: JSON.stringify({ ...body, title: "Theirs" }) });
        if (!answer.ok) throw new Error(await answer.text());
      });
      await page.getByRole("button", { name: "Move Text" }).focus();
      await page.keyboard.press("ArrowRight");
      const told = page.getByRole("alertdialog");
      await told.getByText("The board was called “Contested”, then “Theirs”.").waitFor();
      await told.getByRole("button", { name: "Take theirs" }).click();
      await page.getByRole("heading", { name: /Theirs/ }).waitFor();
      return page;
    },
  },
  {
    name: "an earlier version is read in words and restored",
    async run(world) {
      const page = await open(world, "/boards");
      await newBoard(page, world.base, "Versions");
      await addKind(page, "Text", "Text");
      await stored(page);
      await page.getByRole("button", { name: "Move Text" }).focus();
      await page.keyboard.press("Delete");
      await stored(page);
      await page.getByRole("button", { name: "Done" }).click();
      await page.getByText("This board is empty").waitFor();
      await page.getByRole("button", { name: /^What to do with Versions/ }).click();
      await page.getByRole("menuitem", { name: "Versions …" }).click();
      await page.getByText("“Text” was removed.").waitFor();
      await page.getByRole("button", { name: "Restore" }).first().click();
      await page.getByText("No text yet.").waitFor();
      return page;
    },
  },
  {
    name: "a template is seen alive before it is added",
    async run(world) {
      const page = await open(world, "/boards");
      await newBoard(page, world.base, "From a template");
      await page.getByRole("button", { name: "Add widget" }).click();
      await page.getByRole("radio", { name: /^Templates/ }).click();
      await page.getByRole("option", { name: "Queue KPIs" }).click();
      await page.getByTestId("widget-preview").locator("[role=gridcell][data-stat]").first().waitFor({ timeout: 45_000 });
      await page.getByRole("button", { name: "Add to the board" }).click();
      await page.getByRole("button", { name: "Move Queue KPIs" }).waitFor();
      await stored(page);
      assert.equal(await widgetsOf(page), 1);
      return page;
    },
  },
  {
    name: "from a number to the rows behind it, to one object; each step is an address",
    async run(world) {
      const page = await open(world, `/boards/${world.board}`);
      await page.getByRole("button", { name: /Longest wait.*show what it is made of/ }).click();
      await page.waitForURL(/widget=longest/);
      await page.getByRole("grid").locator("[data-row-object]").first().click();
      await page.waitForURL(/object=/);
      await page.getByRole("complementary").waitFor();
      await page.reload();
      await page.getByRole("complementary").waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("link", { name: "Boards" }).first().waitFor();
      return page;
    },
  },
  {
    name: "from the overview's red number to its queue, from a board to a queue, and back by the trail; each is an address",
    async run(world) {
      const page = await open(world, "/");
      await page.getByRole("link", { name: "Longest wait" }).click();
      await page.waitForURL(/queues\?sort=-CurrMaxCallWaitingTime/);
      await page.getByRole("grid").locator("[data-row-object]").first().click();
      await page.getByRole("link", { name: "The page of this queue" }).click();
      await page.getByTestId("widget-longest").locator("[data-value]").waitFor();
      await page.getByRole("link", { name: "Agents who are ready" }).waitFor();
      await page.goto(`${world.base}/boards/${world.board}?widget=longest`);
      await page.getByRole("grid").locator("[data-row-object]").first().click();
      await page.getByRole("link", { name: "The page of this queue" }).click();
      await page.waitForURL(/from=board/);
      await page.reload();
      await page.getByTestId("page").getByRole("link", { name: "Longest wait" }).click();
      await page.waitForURL(/widget=longest/);
      await page.goto(`${world.base}/queues/nobody`);
      await page.getByText("There is no such queue").waitFor();
      return page;
    },
  },
  {
    name: "a table is taken along as CSV, a widget as PNG",
    async run(world) {
      const page = await open(world, `/boards/${world.board}`);
      await page.locator("[role=gridcell][data-stat]").first().waitFor();
      const take = async (what) => {
        await page.getByTestId("widget-queues").hover();
        await page.getByRole("button", { name: "What to do with Queues" }).click();
        const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("menuitem", { name: what }).click()]);
        return readFileSync(await download.path());
      };
      assert.match((await take("Download values (CSV)")).toString("utf8"), /^\ufeffObject,Name,Groups,Waiting/);
      const picture = await take("Download picture (PNG)");
      assert.equal(picture.subarray(1, 4).toString(), "PNG");
      assert.ok(picture.length > 10_000, `${picture.length} bytes`);
      return page;
    },
  },
  {
    name: "a screen comes by a link, sees its board alone, and goes dark when the link is taken back",
    async run(world) {
      const page = await open(world, `/boards/${world.board}`);
      await page.getByRole("button", { name: /^What to do with/ }).first().click();
      await page.getByRole("menuitem", { name: "Link for a screen …" }).click();
      await page.getByRole("button", { name: "Make the link" }).click();
      const address = await page.getByRole("textbox", { name: "The link", exact: true }).inputValue();
      const screen = await newPage(world.browser);
      await screen.goto(address.replace(/^https?:\/\/[^/]+/, world.base));
      await screen.getByTestId("wall").waitFor();
      await screen.locator("[role=gridcell][data-stat]").first().waitFor();
      const codes = await screen.evaluate(async (board) => Promise.all(["/api/v1/boards", `/api/v1/boards/${board}`, "/api/v1/shared/boards/nowhere", `/api/v1/shared/boards/${board}`].map(async (path) => (await fetch(path)).status)), world.board);
      assert.deepEqual(codes, [401, 401, 404, 200]);
      await page.getByRole("button", { name: "Take back" }).first().click();
      await page.getByText("None.").waitFor();
      await screen.reload();
      await screen.getByText("This link no longer leads anywhere").waitFor();
      return page;
    },
  },
  {
    name: "a board is given to a colleague, who may look at it only; then to all editors; then it is taken back",
    async run(world) {
      const page = await open(world, "/boards");
      await newBoard(page, world.base, "For two");
      await page.goto(page.url().replace(/\?.*/, ""));
      const ask = async () => {
        await page.getByRole("button", { name: /^What to do with/ }).first().click();
        await page.getByRole("menuitem", { name: "Who has it …" }).click();
        const asked = page.getByRole("dialog");
        await asked.getByRole("button", { name: "Save" }).waitFor();
        return asked;
      };
      const pick = async (window, name, choice) => {
        await window.getByRole("button", { name: new RegExp(` ${name}$`) }).click();
        await page.getByRole("option", { name: choice, exact: true }).click();
      };
      let window = await ask();
      const everybody = window.getByRole("listitem").filter({ hasText: "Everybody" });
      // A board that was never shared is everybody's here, and its maker's alone there.
      if ((await everybody.count()) > 0) await everybody.getByRole("button", { name: "Take back" }).click();
      await window.getByText("Nobody else has it.").waitFor();
      await window.getByLabel("Name to sign in with").fill("lee");
      await window.getByRole("button", { name: "Add" }).click();
      await window.getByRole("listitem").filter({ hasText: "lee" }).getByRole("button", { name: "may look" }).waitFor();
      await pick(window, "Who", "Everybody with a role");
      await pick(window, "Role", "Editors");
      await pick(window, "What they may do", "may change it");
      await window.getByRole("button", { name: "Add" }).click();
      assert.deepEqual(await audit(page), []);
      await window.getByRole("button", { name: "Save" }).click();
      await window.waitFor({ state: "hidden" });

      window = await ask();
      await window.getByRole("listitem").filter({ hasText: "Editors" }).getByRole("button", { name: "may change it" }).waitFor();
      await window.getByRole("listitem").filter({ hasText: "lee" }).getByRole("button", { name: "Take back" }).click();
      await window.getByRole("button", { name: "Save" }).click();
      await window.waitFor({ state: "hidden" });
      window = await ask();
      await window.getByRole("listitem").filter({ hasText: "Editors" }).waitFor();
      assert.equal(await window.getByRole("listitem").count(), 1);
      return page;
    },
  },
  {
    name: "a wall follows a new version of the server by itself",
    needs: "mock",
    async run(world) {
      const page = await open(world, `/wall?boards=${world.board}`);
      await page.getByTestId("wall").waitFor();
      await page.evaluate(() => { globalThis.isOld = true; });
      await page.waitForTimeout(11_000);
      world.mock.trouble({ build: "b2", silent: true });
      await page.waitForTimeout(500);
      world.mock.trouble({ build: "b2" });
      await page.waitForFunction(() => globalThis.isOld !== true, undefined, { timeout: 30_000 });
      await page.getByTestId("wall").waitFor();
      return page;
    },
  },
  {
    name: "editor, windows, walls and every kind of widget are clean for screen readers",
    needs: "mock",
    async run(world) {
      const found = [];
      for (const theme of ["light", "dark"]) {
        const page = await open(world, "/boards/gallery", { theme, height: 2000 });
        const look = async (what) => {
          await page.waitForTimeout(900);
          found.push(...(await audit(page)).map((fault) => `${what} in ${theme}: ${fault}`));
        };
        await page.getByTestId("widget-timeline").waitFor();
        await look("every kind");
        await page.goto(`${world.base}/boards/gallery?edit=1`);
        await page.getByRole("button", { name: "Move Agents by group" }).focus();
        await page.keyboard.press("Enter");
        await page.getByRole("complementary").waitFor();
        await look("editor");
        await page.getByRole("button", { name: "Add widget" }).click();
        await page.getByRole("dialog").waitFor();
        await look("add window");
        await page.goto(`${world.base}/boards/gallery?widget=kpi`);
        await page.getByRole("grid").waitFor();
        await look("enlarged");
        await page.goto(`${world.base}/wall?boards=gallery,billing`);
        await page.getByTestId("wall").waitFor();
        await look("wall");
        await page.context().close();
      }
      assert.deepEqual(found, []);
      return open(world, "/boards");
    },
  },
  {
    name: "boards work on a screen of 360 px",
    async run(world) {
      const page = await open(world, "/boards", { width: 360, height: 740 });
      for (const path of ["/boards", `/boards/${world.board}`]) {
        await page.goto(world.base + path);
        await page.waitForTimeout(1500);
        const wide = await page.evaluate(() => {
          if (document.documentElement.scrollWidth <= innerWidth) return [];
          const wider = [...document.querySelectorAll("*")].filter((element) => element.getBoundingClientRect().right > innerWidth);
          return wider.map((element) => `${element.tagName}.${element.className}: ${element.textContent?.slice(0, 40)}`);
        });
        assert.deepEqual(wide, [], `${path} is wider than the screen`);
      }
      return page;
    },
  },
];
