// Where the pages begin.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "@fontsource-variable/ibm-plex-sans/wght.css";
import "./styles/tokens.css";
import "./styles/base.css";
import { Failure } from "./api/client.ts";
import { makeRouter } from "./router.tsx";
import { applyLooks } from "./shell/looks.ts";

applyLooks();

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // What the server refused stays refused; only silence is worth another try.
      retry: (failures, error) => failures < 2 && !(error instanceof Failure && error.kind !== "network"),
      refetchOnWindowFocus: false,
    },
  },
});

const root = document.getElementById("root");
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <RouterProvider router={makeRouter()} />
      </QueryClientProvider>
    </StrictMode>,
  );
}
