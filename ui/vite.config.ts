// How the pages are built, and where the development server finds the API.
import { lingui } from "@lingui/vite-plugin";
import optimizeLocales from "@react-aria/optimize-locales-plugin";
import react from "@vitejs/plugin-react";
import { budget } from "./budget.ts";
import { defineConfig } from "vitest/config";

const api = process.env["PULSE_API"] ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [
    react({ babel: { plugins: ["@lingui/babel-plugin-lingui-macro"] } }),
    lingui(),
    // The controls' own words in the languages of the pages, and no others.
    { ...optimizeLocales.vite({ locales: ["en-US", "de-DE", "es-ES"] }), enforce: "pre" },
    budget(),
  ],
  build: {
    target: "es2022",
    // Nothing is inlined: the pages run under `default-src 'self'`.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      output: {
        // The libraries change rarely: kept apart, they stay in the browser's cache over an upgrade.
        manualChunks: (id) => (/node_modules\/(react|react-dom|scheduler|@tanstack)\//.test(id) ? "base" : undefined),
      },
    },
  },
  server: { proxy: { "/api": { target: api, ws: true } } },
  preview: { proxy: { "/api": { target: api, ws: true } } },
  test: { include: ["src/**/*.test.ts"], setupFiles: ["src/i18n/test-setup.ts"] },
});
