// What tsc does not see: hooks, accessibility, and the borders between folders.
import a11y from "eslint-plugin-jsx-a11y";
import hooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

/** A folder that must not know the others named here. */
const border = (files, forbidden, message) => ({
  files,
  rules: { "no-restricted-imports": ["error", { patterns: [{ group: forbidden, message }] }] },
});

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
