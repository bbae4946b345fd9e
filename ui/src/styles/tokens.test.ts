// The colours of every theme reach WCAG AA: 4.5:1 for text, 3:1 for shapes.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const css = readFileSync(new URL("./tokens.css", import.meta.url), "utf8");

type Tokens = Record<string, string>;

function theme(name: string): Tokens {
  const tokens: Tokens = {};
  for (const [, selectors = "", body = ""] of css.matchAll(/([^{}]+)\{([^{}]*)\}/g)) {
    const applies = selectors.split(",").some((part) => part.trim().endsWith(`[data-theme="${name}"]`));
    if (!applies) continue;
    for (const [, key = "", value = ""] of body.matchAll(/(--[\w-]+):\s*([^;]+);/g)) tokens[key] = value;
  }
  return tokens;
}

/** Relative luminance of "oklch(l c h)", cut to what a screen can show. */
function luminance(colour: string | undefined): number {
  const [l = NaN, c = 0, h = 0] = [...(colour ?? "").matchAll(/[\d.]+/g)].map(Number);
  const a = c * Math.cos((h * Math.PI) / 180);
  const b = c * Math.sin((h * Math.PI) / 180);
  const [x, y, z] = [l + 0.3963377774 * a + 0.2158037573 * b, l - 0.1055613458 * a - 0.0638541728 * b, l - 0.0894841775 * a - 1.291485548 * b].map((v) => v ** 3) as [number, number, number];
  const [red, green, blue] = [
    4.0767416621 * x - 3.3077115913 * y + 0.2309699292 * z,
    -1.2684380046 * x + 2.6097574011 * y - 0.3413193965 * z,
    -0.0041960863 * x - 0.7034186147 * y + 1.707614701 * z,
  ].map((v) => Math.min(1, Math.max(0, v))) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string | undefined, b: string | undefined): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

const TEXTS = ["--text", "--text-2", "--text-3", "--warn-text", "--breach-text"];
const SHAPES = ["--ready", "--call", "--ringing", "--hold", "--wrap", "--not-ready", "--out", "--unknown", "--warn", "--breach", "--focus", "--line-strong", "--chart-1", "--chart-2", "--chart-3", "--chart-4", "--chart-5"];

describe.each(["light", "dark", "contrast", "wall"])("in the theme %s", (name) => {
  const tokens = theme(name);
  test.each(TEXTS)("%s can be read on every ground", (text) => {
    for (const ground of ["--ground", "--surface", "--raised", "--hover", "--selected"]) {
      if (ground === "--selected" && text === "--text-3") continue; // quiet text never stands on a selection
      expect(contrast(tokens[text], tokens[ground]), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
    }
  });
  test.each(SHAPES)("%s can be seen on every ground", (shape) => {
    for (const ground of ["--ground", "--surface", "--hover"]) expect(contrast(tokens[shape], tokens[ground]), `${shape} on ${ground}`).toBeGreaterThanOrEqual(3);
  });
  test("text on filled marks can be read", () => {
    expect(contrast(tokens["--on-breach"], tokens["--breach"])).toBeGreaterThanOrEqual(4.5);
    expect(contrast(tokens["--on-ink"], tokens["--ink"])).toBeGreaterThanOrEqual(4.5);
  });
});
