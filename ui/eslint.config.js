// What tsc does not see: hooks, accessibility, and the borders between folders.
import a11y from "eslint-plugin-jsx-a11y";
import lingui from "eslint-plugin-lingui";
import hooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

/** A folder that must not know the others named here. */
const border = (files, forbidden, message) => ({
  files,
  rules: { "no-restricted-imports": ["error", { patterns: [{ group: forbidden, message }] }] },
});

/** Names of the protocol, of keys and of this product, which no language changes. */
const NAMES = "[A-Z][a-z]+Page|Queue|Agent|Default|UTC|ReasonCode|Reason|NotMonitored|Ctrl K|Infinity|ServiceFactor|ServiceFactor\\|.*|CurrMax\\w+|Last\\d+|Pulse|Enter|Escape|Delete|Occupancy|Total_";

export default tseslint.config(
  { ignores: ["dist", "node_modules", "e2e/shots"] },
  ...tseslint.configs.strict,
  {
    files: ["src/**/*.{ts,tsx}"],
    plugins: { "react-hooks": hooks, "jsx-a11y": a11y },
    rules: {
      ...hooks.configs.recommended.rules,
      ...a11y.configs.recommended.rules,
      "@typescript-eslint/consistent-type-imports": "error",
      "no-console": "error",
      // `_` takes out of an object what the rest must not have.
      "@typescript-eslint/no-unused-vars": ["error", { varsIgnorePattern: "^_", argsIgnorePattern: "^_" }],
    },
  },
  {
    // Every text that people read passes through the catalogues of src/i18n.
    files: ["src/**/*.{ts,tsx}"],
    ignores: ["src/**/*.test.ts"],
    plugins: { lingui },
    rules: {
      "lingui/no-unlocalized-strings": [
        "error",
        {
          ignore: ["rem, | span |<svg|@font-face|prefers-|min$|min$", "toFixed", "^(?![A-Z])\\S+$", "^[A-Z0-9_-]+$", "^[A-Z][A-Za-z]*(_[A-Za-z|]+)+$", "^[Mm][-\\d.][-\\d. MmLlHhVvZzAaCcSs]+$", `^(${NAMES})$`],
          ignoreNames: [{ regex: { pattern: "^(placement|className|style|d|viewBox|key|id|role|type|name|to|width|height|transform|preserveAspectRatio|sandbox|points|css|path|strokeDasharray|autoComplete|data-.*|xmlns)$" } }],
          ignoreFunctions: ["Error", "*.includes", "*.getPropertyValue", "*.setProperty", "*.querySelector", "*.querySelectorAll", "*.closest", "*.matches", "*.getAttribute", "*.setAttribute", "CSS.escape", "token", "useWishes", "numberOf", "firstQuery"],
        },
      ],
      "lingui/no-expression-in-message": "off",
    },
  },
  {
    // Time comes from the stream or from the one clock of src/live; a page that asked the wall clock would lie.
    files: ["src/{floor,kit,screens,shell}/**/*.{ts,tsx}"],
    rules: {
      "no-restricted-properties": [
        "error",
        { object: "Date", property: "now", message: "ask the stream's clock (src/live)" },
      ],
    },
  },
  border(["src/kit/**"], ["**/live/*", "**/floor/*", "**/api/*", "**/screens/**", "**/shell/*"], "the kit knows no contact centre"),
  border(["src/live/**"], ["**/screens/**", "**/shell/*", "**/kit/*"], "the stream knows no pages"),
  border(["src/floor/**"], ["**/screens/**", "**/shell/*", "react"], "words and rules of the floor are pure"),
);
