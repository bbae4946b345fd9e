// The map of addresses. What a page shows is in its address, so that every view can be sent to somebody.
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, parseSearchWith, redirect, stringifySearchWith } from "@tanstack/react-router";
import { Gate } from "./shell/gate.tsx";
import { NotFound } from "./shell/not-found.tsx";

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

export const overviewRoute = createRoute({ getParentRoute: () => root, path: "/", component: lazyRouteComponent(() => import("./screens/overview/overview.tsx"), "OverviewPage") });

export const queuesRoute = createRoute({
  getParentRoute: () => root,
  path: "/queues",
  component: lazyRouteComponent(() => import("./screens/queues/queues.tsx"), "QueuesPage"),
  validateSearch: (search: Search) => pick(search, ["q", "sort", "open"]),
});

export const agentsRoute = createRoute({
  getParentRoute: () => root,
  path: "/agents",
  component: lazyRouteComponent(() => import("./screens/agents/agents.tsx"), "AgentsPage"),
  validateSearch: (search: Search) => pick(search, ["q", "group", "state", "view", "sort", "open"]),
});

export const queueRoute = createRoute({
  getParentRoute: () => root,
  path: "/queues/$queue",
  component: lazyRouteComponent(() => import("./screens/object/pages.tsx"), "QueuePage"),
  validateSearch: (search: Search) => pick(search, ["from"]),
});
export const agentRoute = createRoute({
  getParentRoute: () => root,
  path: "/agents/$agent",
  component: lazyRouteComponent(() => import("./screens/object/pages.tsx"), "AgentPage"),
  validateSearch: (search: Search) => pick(search, ["from"]),
});

export const boardsRoute = createRoute({ getParentRoute: () => root, path: "/boards", component: lazyRouteComponent(() => import("./screens/boards/boards.tsx"), "BoardsPage") });
export const boardRoute = createRoute({
  getParentRoute: () => root,
  path: "/boards/$board",
  component: lazyRouteComponent(() => import("./screens/board/board.tsx"), "BoardPage"),
  // `at` is the time that is shown, `vs` the one that is compared with; `of`: the widget whose `object` is looked at.
  validateSearch: (search: Search) => pick(search, ["tab", "widget", "object", "of", "at", "vs", "edit"]),
});

export const templatesRoute = createRoute({
  getParentRoute: () => root,
  path: "/templates",
  component: lazyRouteComponent(() => import("./screens/templates/templates.tsx"), "TemplatesPage"),
  validateSearch: (search: Search) => pick(search, ["view", "q", "open"]),
});
export const newTemplateRoute = createRoute({
  getParentRoute: () => root,
  path: "/templates/new",
  // eslint-disable-next-line lingui/no-unlocalized-strings -- the name of a component
  component: lazyRouteComponent(() => import("./screens/templates/template-page.tsx"), "NewTemplatePage"),
  validateSearch: (search: Search) => pick(search, ["from"]),
});
export const templateRoute = createRoute({ getParentRoute: () => root, path: "/templates/$template", component: lazyRouteComponent(() => import("./screens/templates/template-page.tsx"), "TemplatePage") });

export const alertsRoute = createRoute({
  getParentRoute: () => root,
  path: "/alerts",
  component: lazyRouteComponent(() => import("./screens/alerts/alerts.tsx"), "AlertsPage"),
  validateSearch: (search: Search) => pick(search, ["view", "rule", "type", "statistic", "object", "limit"]),
});

/** Administration begins with the users. */
export const adminRoute = createRoute({
  getParentRoute: () => root,
  path: "/admin",
  beforeLoad: () => {
    throw redirect({ to: "/admin/users", replace: true });
  },
});
export const usersRoute = createRoute({
  getParentRoute: () => root,
  path: "/admin/users",
  component: lazyRouteComponent(() => import("./screens/admin/users.tsx"), "UsersPage"),
  // `see`: whose view is explained, who signs in by that `way`; `object`: of what.
  validateSearch: (search: Search) => pick(search, ["q", "see", "way", "object"]),
});
export const sharedThingsRoute = createRoute({
  getParentRoute: () => root,
  path: "/admin/shares",
  component: lazyRouteComponent(() => import("./screens/admin/shares.tsx"), "SharesPage"),
  validateSearch: (search: Search) => pick(search, ["q"]),
});
export const widgetKindsRoute = createRoute({ getParentRoute: () => root, path: "/admin/widgets", component: lazyRouteComponent(() => import("./screens/admin/widgets.tsx"), "WidgetsPage") });
export const auditRoute = createRoute({
  getParentRoute: () => root,
  path: "/admin/audit",
  component: lazyRouteComponent(() => import("./screens/admin/audit.tsx"), "AuditPage"),
  validateSearch: (search: Search) => pick(search, ["who", "kind", "time", "entry"]),
});

/** Walls have no frame around them. */
export const wallRoute = createRoute({
  getParentRoute: () => root,
  path: "/wall",
  component: lazyRouteComponent(() => import("./screens/wall/wall-page.tsx"), "WallPage"),
  validateSearch: (search: Search) => pick(search, ["boards", "every", "names", "theme"]),
});
/** A screen asks to be paired; the short address is for remote controls. */
export const pairRoute = createRoute({ getParentRoute: () => root, path: "/wall/pair", component: lazyRouteComponent(() => import("./screens/wall/pair-page.tsx"), "PairPage") });
export const shortPairRoute = createRoute({ getParentRoute: () => root, path: "/pair", component: lazyRouteComponent(() => import("./screens/wall/pair-page.tsx"), "PairPage") });
/** The screens on walls that one takes care of. */
export const wallsRoute = createRoute({ getParentRoute: () => root, path: "/walls", component: lazyRouteComponent(() => import("./screens/walls/walls-page.tsx"), "WallsPage"), validateSearch: (search: Search) => pick(search, ["pair"]) });
export const sharedRoute = createRoute({ getParentRoute: () => root, path: "/shared", component: lazyRouteComponent(() => import("./screens/wall/shared-page.tsx"), "SharedPage"), validateSearch: (search: Search) => pick(search, ["theme"]) });

export function makeRouter() {
  return createRouter({
    routeTree: root.addChildren([overviewRoute, queuesRoute, queueRoute, agentsRoute, agentRoute, boardsRoute, boardRoute, templatesRoute, newTemplateRoute, templateRoute, alertsRoute, adminRoute, usersRoute, sharedThingsRoute, widgetKindsRoute, auditRoute, wallRoute, pairRoute, shortPairRoute, wallsRoute, sharedRoute]),
    parseSearch: parseSearchWith((value) => value),
    stringifySearch: stringifySearchWith(String),
    // A page is on its way when somebody points at the link to it.
    defaultPreload: "intent",
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
