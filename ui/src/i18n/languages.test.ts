// Which language a viewer gets.
import { expect, test } from "vitest";
import { languageFor, regionFor } from "./languages.ts";

test("a choice stands before the browser's wishes, and these before English", () => {
  expect(languageFor("es", ["de-AT"])).toBe("es");
  expect(languageFor(null, ["fr-FR", "de-AT", "en"])).toBe("de");
  expect(languageFor("klingon", ["fr"])).toBe("en");
});
test("numbers and dates are written as at the viewer's place", () => {
  expect(regionFor("de", ["en-US", "de-AT"])).toBe("de-AT");
  expect(regionFor("en", ["de-AT"])).toBe("en-GB");
});
