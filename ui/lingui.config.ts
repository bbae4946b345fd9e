// Where the words of the pages are translated: one catalogue for each language.
import { defineConfig } from "@lingui/cli";
import { formatter } from "@lingui/format-po";

export default defineConfig({
  sourceLocale: "en",
  locales: ["en", "de", "es"],
  catalogs: [{ path: "<rootDir>/src/i18n/locales/{locale}", include: ["src"], exclude: ["**/*.test.ts"] }],
  // Line numbers would change a catalogue with every edit of a page.
  format: formatter({ lineNumbers: false }),
  orderBy: "message",
});
