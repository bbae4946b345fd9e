// A wall that was opened by a link: no account, only the boards that the link names, until it expires or is taken back.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { enterShared, sharedBoardQuery, type Shared } from "../../api/shares.ts";
import { Failure } from "../../api/client.ts";
import { Notice } from "../../kit/notice.tsx";
import { LiveContext, useLink } from "../../live/hooks.ts";
import { startLive } from "../../live/start.ts";
import { Failed } from "../../parts/failed.tsx";
import { Ghost } from "../../shell/ghost.tsx";
import { readTheme } from "../../shell/looks.ts";
import { useDarkness } from "./pair-page.tsx";
import css from "./pair.module.css";
import { Wall } from "./wall.tsx";
import { useHiddenNames } from "./wall-page.tsx";

const route = getRouteApi("/shared");
const FOLLOW_MS = 30_000;

export function SharedPage() {
  // The token stands behind the #: browsers do not send that to servers, and no log keeps it.
  const [token] = useState(() => window.location.hash.replace(/^#/, ""));
  const entered = useQuery({ queryKey: ["shared"], queryFn: () => enterShared(token), refetchInterval: FOLLOW_MS, staleTime: FOLLOW_MS });
  if (entered.isPending) return <Ghost />;
  if (entered.error instanceof Failure && (entered.error.kind === "signed-out" || entered.error.kind === "not-permitted")) {
    return <Gone />;
  }
  if (entered.data === undefined) return <Failed error={entered.error} onRetry={() => void entered.refetch()} />;
  return <Entered shared={entered.data} />;
}

/** Whenever the stream comes back, what is shown may have been changed: the server ends it for that. */
function Following() {
  const client = useQueryClient();
  const { phase } = useLink();
  const wasAway = useRef(false);
  useEffect(() => {
    if (phase === "open" && wasAway.current) void client.invalidateQueries({ queryKey: ["shared"] });
    wasAway.current = phase !== "open";
  }, [client, phase]);
  return null;
}

/** The wall is dark, and says why and what next. */
function Gone() {
  useDarkness();
  return (
    <main className={css["dark"]}>
      <Notice title={t`This link no longer leads anywhere`} action={<Link to="/wall/pair" className={css["again"]}><Trans>Pair this screen again</Trans></Link>}>
        <Trans>It has expired, or somebody took it back. Who gave it to you can make another.</Trans>
      </Notice>
    </main>
  );
}

function Entered({ shared }: { readonly shared: Shared }) {
  const { theme } = route.useSearch();
  const [store] = useState(() => startLive("/api/v1/shared/stream"));
  useHiddenNames(shared.names_hidden);
  const boards = useQueries({ queries: shared.boards.map((id) => ({ ...sharedBoardQuery(id), refetchInterval: FOLLOW_MS })) });
  const known = boards.flatMap((board) => board.data ?? []);
  if (known.length === 0) return <Ghost />;
  return (
    <LiveContext value={store}>
      <Following />
      <Wall boards={known} seconds={shared.every} isShared theme={readTheme(theme) ?? "wall"} />
    </LiveContext>
  );
}
