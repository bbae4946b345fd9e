// The map of addresses. What a page shows is in its address, so that every view can be sent to somebody.
import { createRootRoute, createRoute, createRouter, parseSearchWith, stringifySearchWith } from "@tanstack/react-router";
import { Gate } from "./shell/gate.tsx";
import { NotFound } from "./shell/not-found.tsx";
import { AgentsPage } from "./screens/agents/agents.tsx";
import { BoardPage } from "./screens/board/board.tsx";
import { BoardsPage } from "./screens/boards/boards.tsx";
import { OverviewPage } from "./screens/overview/overview.tsx";
import { SharedPage } from "./screens/wall/shared-page.tsx";
import { WallPage } from "./screens/wall/wall-page.tsx";
import { QueuesPage } from "./screens/queues/queues.tsx";

type Search = Record<string, unknown>;

/** The router makes numbers of what looks like one; to us an object's number is its name. */
function text(search: Search, key: string): string | undefined {
  const value = search[key];
  return typeof value === "number" || typeof value === "boolean" ? String(value) : typeof value === "string" && value !== "" ? value : undefined;
}

/** Only what is set stands in the address. */
function pick<K extends string>(search: Search, keys: readonly K[]): { [P in K]?: string | undefined } {
  const picked: { [P in K]?: string | undefined } = {};
  for (const key of keys) {
    const value = text(search, key);
    if (value !== undefined) picked[key] = value;
  }
  return picked;
}

const root = createRootRoute({ component: Gate, notFoundComponent: NotFound });

export const overviewRoute = createRoute({ getParentRoute: () => root, path: "/", component: OverviewPage });

export const queuesRoute = createRoute({
  getParentRoute: () => root,
  path: "/queues",
  component: QueuesPage,
  validateSearch: (search: Search) => pick(search, ["q", "sort", "open"]),
});

export const agentsRoute = createRoute({
  getParentRoute: () => root,
  path: "/agents",
  component: AgentsPage,
  validateSearch: (search: Search) => pick(search, ["q", "group", "state", "view", "sort", "open"]),
});

export const boardsRoute = createRoute({ getParentRoute: () => root, path: "/boards", component: BoardsPage });
export const boardRoute = createRoute({
  getParentRoute: () => root,
  path: "/boards/$board",
  component: BoardPage,
  validateSearch: (search: Search) => pick(search, ["tab", "widget", "object", "at", "edit"]),
});

/** Walls have no frame around them. */
export const wallRoute = createRoute({
  getParentRoute: () => root,
  path: "/wall",
  component: WallPage,
  validateSearch: (search: Search) => pick(search, ["boards", "every", "names", "theme"]),
});
export const sharedRoute = createRoute({ getParentRoute: () => root, path: "/shared", component: SharedPage, validateSearch: (search: Search) => pick(search, ["theme"]) });

export function makeRouter() {
  return createRouter({
    routeTree: root.addChildren([overviewRoute, queuesRoute, agentsRoute, boardsRoute, boardRoute, wallRoute, sharedRoute]),
    parseSearch: parseSearchWith((value) => value),
    stringifySearch: stringifySearchWith(String),
    defaultPreload: false,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
