// A wall of one who is signed in: the boards that the address names, in turn.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useQueries } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { boardQuery } from "../../api/queries.ts";
import { readBoards, readSeconds } from "../../boards/wall.ts";
import { Notice } from "../../kit/notice.tsx";
import { hideNames } from "../../live/start.ts";
import { Failed } from "../../parts/failed.tsx";
import { readTheme } from "../../shell/looks.ts";
import { Wall } from "./wall.tsx";

const route = getRouteApi("/wall");
const FOLLOW_MS = 30_000;

export function WallPage() {
  const { boards: text, every, names, theme } = route.useSearch();
  const navigate = useNavigate();
  const ids = readBoards(text);
  useHiddenNames(names === "hidden");
  const boards = useQueries({ queries: ids.map((id) => ({ ...boardQuery(id), refetchInterval: FOLLOW_MS })) });
  const known = boards.flatMap((board) => board.data ?? []);
  const failed = boards.find((board) => board.isError);
  if (ids.length === 0) return <Notice title={t`No boards are named`}><Trans>The address says which: /wall?boards=overview,queues&amp;every=30</Trans></Notice>;
  if (known.length === 0) return failed === undefined ? null : <Failed error={failed.error} onRetry={() => void failed.refetch()} />;
  const [first] = ids;
  return <Wall boards={known} seconds={readSeconds(every)} isShared={false} theme={readTheme(theme) ?? "wall"} onLeave={() => void navigate({ to: "/boards/$board", params: { board: first ?? "" } })} />;
}

/** Set before anything is asked for: a name that was never drawn can't be seen. */
export function useHiddenNames(isHidden: boolean): void {
  const [before, setBefore] = useState<boolean | null>(null);
  if (before !== isHidden) {
    hideNames(isHidden);
    setBefore(isHidden);
  }
}
