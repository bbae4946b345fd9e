// The pages, once their language is known.
import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { I18nProvider as ControlsLanguage } from "react-aria-components";
import { createRoot } from "react-dom/client";
import { Failure } from "./api/client.ts";
import { region } from "./kit/format.ts";
import { makeRouter } from "./router.tsx";

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // What the server refused stays refused; only silence is worth another try.
      retry: (failures, error) => failures < 2 && !(error instanceof Failure && error.kind !== "network"),
      refetchOnWindowFocus: false,
    },
  },
});

export function draw(root: HTMLElement): void {
  createRoot(root).render(
    <StrictMode>
      <I18nProvider i18n={i18n}>
        <ControlsLanguage locale={region()}>
          <QueryClientProvider client={queries}>
            <RouterProvider router={makeRouter()} />
          </QueryClientProvider>
        </ControlsLanguage>
      </I18nProvider>
    </StrictMode>,
  );
}
