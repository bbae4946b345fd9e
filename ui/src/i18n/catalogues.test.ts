// No text of the pages is without its translation, and no translation without its text.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { getCatalogs } from "@lingui/cli/api";
import { getConfig } from "@lingui/conf";
import { describe, expect, test } from "vitest";
import { LANGUAGES } from "./languages.ts";

const config = getConfig({ cwd: fileURLToPath(new URL("../..", import.meta.url)) });
const [catalogue] = await getCatalogs(config);
if (catalogue === undefined) throw new Error("no catalogue is configured");
const written = (await catalogue.collect()) ?? {};
const kept = Object.fromEntries(await Promise.all(LANGUAGES.map(async ({ id }) => [id, (await catalogue.read(id)) ?? {}] as const)));

/** "{count}", "{0, plural" -> the names of what is put in. */
const inserts = (text: string): readonly string[] => [...new Set([...text.matchAll(/\{(\w+)\s*[,}]/g)].map(([, name = ""]) => name))].sort();

describe.each(LANGUAGES.map(({ id }) => id))("the catalogue of %s", (language) => {
  const messages = kept[language] ?? {};
  test("has every message of the pages (npm run words brings new ones in)", () => {
    expect(Object.keys(written).filter((id) => messages[id] === undefined || messages[id].obsolete === true).map((id) => written[id]?.message)).toEqual([]);
  });
  test("has none that no page uses", () => {
    expect(Object.keys(messages).filter((id) => written[id] === undefined).map((id) => messages[id]?.message)).toEqual([]);
  });
  test("translates each of them, with all that is put in", () => {
    const faults = Object.values(messages).filter(({ message = "", translation = "" }) => translation.trim() === "" || inserts(translation).join() !== inserts(message).join());
    expect(faults.map(({ message }) => message)).toEqual([]);
  });
});

/** Texts of the shipped statistics and templates, from their files. */
function shipped(): ReadonlySet<string> {
  const config = fileURLToPath(new URL("../../../config/", import.meta.url));
  const files = ["statistics", "statistics/pending", "templates"].flatMap((folder) => readdirSync(config + folder).filter((name) => name.endsWith(".toml")).map((name) => `${config}${folder}/${name}`));
  const heads = files.flatMap((file) => {
    const text = readFileSync(file, "utf8");
    // A template's own title and description stand before its first table.
    const head = file.includes("/templates/") ? (text.split(/^\[/m)[0] ?? "") : text;
    return file.includes("/pending/") ? [] : [...head.matchAll(/^(?:Title|Description|title|description)\s*=\s*"(.*)"\s*$/gm)].map(([, words = ""]) => words);
  });
  return new Set(heads);
}

describe.each(["de", "es"])("the library in %s", (language) => {
  const words = JSON.parse(readFileSync(new URL(`library/${language}.json`, import.meta.url), "utf8")) as Record<string, string>;
  test("has the words of every shipped statistic and template", () => {
    expect([...shipped()].filter((english) => (words[english] ?? "") === "")).toEqual([]);
  });
  test("has no others", () => {
    const known = shipped();
    expect(Object.keys(words).filter((english) => !known.has(english))).toEqual([]);
  });
});
