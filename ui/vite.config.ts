// How the pages are built, and where the development server finds the API.
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const api = process.env["PULSE_API"] ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react()],
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
  test: { include: ["src/**/*.test.ts"] },
});
