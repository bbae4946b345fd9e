// The frame around every page: where one is, whether the numbers live, how to get elsewhere.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Link, Outlet } from "@tanstack/react-router";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useState } from "react";
import { metaQuery } from "../api/queries.ts";
import { startedLink } from "../live/start.ts";
import { Bell } from "./bell.tsx";
import { usePrivileges } from "../parts/privileges.ts";
import { Connection, TroubleStrip } from "./connection.tsx";
import { pagesFor } from "./pages.ts";
import { UserMenu } from "./user-menu.tsx";
import { Watcher, WatchList } from "../watches/watcher.tsx";
import css from "./shell.module.css";

const Palette = lazy(() => import("./palette.tsx"));


export function Shell() {
  const meta = useQuery(metaQuery).data;
  const pages = pagesFor(usePrivileges());
  const [palette, setPalette] = useState<"never" | "open" | "closed">("never");

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k") return;
      event.preventDefault();
      setPalette((now) => (now === "open" ? "closed" : "open"));
    };
    window.addEventListener("keydown", onKey);
    return () => {
      window.removeEventListener("keydown", onKey);
    };
  }, []);

  return (
    <div className={css["shell"]}>
      <a className={css["skip"]} href="#content">
        <Trans>Skip to the page</Trans>
      </a>
      <header className={css["bar"]}>
        <div className={css["brand"]}>
          <svg viewBox="0 0 20 20" width="1.125rem" height="1.125rem" aria-hidden>
            <path d="M1 11h4l2-6 3.4 11L13 9l1.2 2H19" fill="none" stroke="currentColor" strokeWidth="1.9" strokeLinecap="round" strokeLinejoin="round" />
          </svg>
          <span className={css["product"]}>Pulse</span>
          {meta !== undefined && <span className={css["tenant"]}>{meta.tenant}</span>}
          {meta?.demo === true && meta.tenant !== "demo" && <span className={css["demo"]}><Trans>demo</Trans></span>}
        </div>
        <nav className={css["nav"]} aria-label={t`Pages`}>
          {pages.map(({ to, label, isRare }) => (
            <Link key={to} to={to} className={css["page"]} data-rare={isRare} activeOptions={{ exact: to === "/", includeSearch: false }} activeProps={{ "aria-current": "page" }}>
              {label}
            </Link>
          ))}
        </nav>
        <div className={css["end"]}>
          <button
            type="button"
            className={css["find"]}
            aria-keyshortcuts="Control+K"
            onClick={() => {
              setPalette("open");
            }}
          >
            <span><Trans>Find</Trans></span>
            <kbd className={css["kbd"]}>Ctrl K</kbd>
          </button>
          <WatchList />
          <Bell />
          <Connection />
          <UserMenu />
        </div>
      </header>
      <main id="content" className={css["main"]} tabIndex={-1}>
        <Outlet />
      </main>
      <Watcher />
      <TroubleStrip
        onRetry={() => {
          startedLink()?.retryNow();
        }}
      />
      {palette !== "never" && (
        <Suspense fallback={null}>
          <Palette
            isOpen={palette === "open"}
            onClose={() => {
              setPalette("closed");
            }}
          />
        </Suspense>
      )}
    </div>
  );
}
