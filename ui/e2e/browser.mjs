// The browser of the machine, driven by playwright-core: sign in, wait until numbers live.
import { chromium } from "playwright-core";

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

export const launch = () => chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });

/** A fresh page of that look. Errors of the page are collected in `page.problems`. */
export async function newPage(browser, { width = 1440, height = 900, theme = "light", density = "normal", reducedMotion = "reduce" } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, reducedMotion, locale: "en-GB", timezoneId: "Europe/Berlin" });
  await context.addInitScript((looks) => localStorage.setItem("pulse.looks", looks), JSON.stringify({ theme, density }));
  const page = await context.newPage();
  page.problems = [];
  page.on("pageerror", (error) => page.problems.push(String(error)));
  page.on("console", (message) => {
    // A refused sign-in or an unknown board is an answer, not a fault of the page.
    if (message.type() === "error" && !/Failed to load resource/.test(message.text()) && !/WebSocket connection/.test(message.text())) page.problems.push(message.text());
  });
  return page;
}

export async function signIn(page, base, { user, password }, path = "/") {
  await page.goto(base + path);
  await page.getByLabel("Name").fill(user);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByTestId("connection").waitFor();
}

export const isLive = (page) => page.getByTestId("connection").getByText("Live").waitFor({ timeout: 45_000 });
