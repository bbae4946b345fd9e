// Nobody gets past without a session; the address is kept, so that signing in leads where one wanted to go.
import { useQuery } from "@tanstack/react-query";
import { Outlet, useRouterState } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { accessQuery, sessionQuery, statisticsQuery } from "../api/queries.ts";
import { followViewer } from "../i18n/activate.ts";
import { startLive } from "../live/start.ts";
import { LiveContext, useLink } from "../live/hooks.ts";
import { Failed } from "../parts/failed.tsx";
import { SignIn } from "../screens/sign-in/sign-in.tsx";
import { isOpen } from "../api/early.ts";
import { Ghost } from "./ghost.tsx";
import { Shell } from "./shell.tsx";

export function Gate() {
  const path = useRouterState({ select: ({ location }) => location.pathname });
  // Who comes by a link, or wants to be paired, needs no account.
  return isOpen(path) ? <Outlet /> : <Guarded isBare={path === "/wall"} />;
}

function Guarded({ isBare }: { readonly isBare: boolean }) {
  const session = useQuery(sessionQuery);
  if (session.isPending) return <Ghost />;
  if (session.isError) return <Failed error={session.error} onRetry={() => void session.refetch()} />;
  return session.data === null ? <SignIn /> : <SignedIn user={session.data.user} isBare={isBare} />;
}

function SignedIn({ user, isBare }: { readonly user: string; readonly isBare: boolean }) {
  useEffect(() => {
    followViewer(user);
  }, [user]);
  // The library decides what pages ask for; without it they ask for their first choices.
  const library = useQuery(statisticsQuery);
  const [store] = useState(() => startLive());
  // What one may do decides what the pages offer; without it they offer nothing that changes anything.
  const access = useQuery(accessQuery);
  if (library.isPending || access.isPending) return <Ghost />;
  return (
    <LiveContext value={store}>
      <SessionWatch />
      {isBare ? <Outlet /> : <Shell />}
    </LiveContext>
  );
}

/** A stream that keeps failing may mean that the session has ended: ask. */
function SessionWatch() {
  const { phase, failures, reason } = useLink();
  const { refetch } = useQuery(sessionQuery);
  useEffect(() => {
    const isOver = reason === "signed_out" || reason === "session_expired";
    if (phase === "waiting" && (isOver || failures >= 2)) void refetch();
  }, [phase, failures, reason, refetch]);
  return null;
}
