// Pictures of every screen, to be looked at by people.
import { isLive, newPage, signIn } from "./browser.mjs";

const LOOKS = [
  { name: "light", width: 1440, height: 900, theme: "light" },
  { name: "dark", width: 1440, height: 900, theme: "dark", density: "compact" },
  { name: "contrast", width: 1440, height: 900, theme: "contrast" },
  { name: "wall", width: 1920, height: 1080, theme: "wall" },
  { name: "phone", width: 390, height: 844, theme: "light" },
];

export async function takeShots({ browser, base, who, board, queue }, folder) {
  const screens = [
    ["overview", "/"],
    ["queues", "/queues"],
    ["agents", "/agents"],
    ["map", "/agents?view=map"],
    ["boards", "/boards"],
    ["board", `/boards/${board}`],
    ["queue", `/queues?open=${encodeURIComponent(queue)}`],
  ];
  for (const look of LOOKS) {
    const page = await newPage(browser, look);
    await page.goto(base);
    await page.getByLabel("Name").waitFor();
    await page.screenshot({ path: `${folder}/sign-in-${look.name}.png` });
    await signIn(page, base, who);
    for (const [name, path] of screens) {
      await page.goto(base + path);
      await isLive(page);
      await page.waitForTimeout(1500);
      await page.screenshot({ path: `${folder}/${name}-${look.name}.png` });
    }
    await page.context().close();
  }
}
