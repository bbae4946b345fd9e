// The screens on walls: which of them live, what they show, and the way to another one.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { wallsQuery, type Share } from "../../api/shares.ts";
import { useMayEdit } from "../../parts/privileges.ts";
import { worstFirst } from "../../boards/walls.ts";
import { Button } from "../../kit/button.tsx";
import { Notice } from "../../kit/notice.tsx";
import { Failed } from "../../parts/failed.tsx";
import { GridBones } from "../../parts/live-state.tsx";
import { Page } from "../../parts/page.tsx";
import { PairWindow } from "./pair-window.tsx";
import { WallItem } from "./wall-item.tsx";
import css from "./walls.module.css";

const ShareWindow = lazy(() => import("../board/share-window.tsx"));

export function WallsPage() {
  const { pair } = useSearch({ from: "/walls" });
  const navigate = useNavigate({ from: "/walls" });
  const walls = useQuery(wallsQuery);
  const [paired, setPaired] = useState<string | null>(null);
  const [isLinking, setLinking] = useState(false);
  const isEditor = useMayEdit();
  const all = walls.data ?? [];
  const close = () => void navigate({ search: {}, replace: true });
  return (
    <Page
      title={t`Screens on walls`}
      note={all.length === 0 || walls.isError ? undefined : liveWords(all)}
      isScrolling
      tools={
        isEditor && (
          <>
            <Button onPress={() => { setLinking(true); }}><Trans>Link for a screen …</Trans></Button>
            <Button look="primary" onPress={() => { setPaired(null); void navigate({ search: { pair: "1" } }); }}><Trans>Pair a screen</Trans></Button>
          </>
        )
      }
    >
      <div className={css["area"]}>
        <p role="status" className={css["told"]}>{paired !== null && t`“${paired}” is paired. It goes on to its boards within seconds.`}</p>
        {walls.isPending ? (
          <GridBones columns={3} rows={4} />
        ) : walls.isError && walls.data === undefined ? (
          <Failed error={walls.error} onRetry={() => void walls.refetch()} />
        ) : all.length === 0 ? (
          <Notice title={t`No screens yet`}>
            <p><Trans>Open <strong>{window.location.host}/pair</strong> in the browser of a television. It shows a code; “Pair a screen” asks for it.</Trans></p>
          </Notice>
        ) : (
          <>
            {walls.isError && <p role="status" className={css["old"]}><Trans>The server does not answer; this is as it was.</Trans></p>}
            <ul className={css["list"]} data-old={walls.isError || undefined} aria-label={t`Screens on walls`}>
              {worstFirst(all).map((wall) => <WallItem key={wall.id} wall={wall} now={walls.dataUpdatedAt} />)}
            </ul>
          </>
        )}
      </div>
      {isEditor && pair !== undefined && <PairWindow onClose={close} onPaired={({ title }) => { setPaired(title); close(); }} />}
      {isLinking && (
        <Suspense fallback={null}>
          <ShareWindow boards={[]} onClose={() => { setLinking(false); }} />
        </Suspense>
      )}
    </Page>
  );
}

function liveWords(walls: readonly Share[]): string {
  const live = walls.filter(({ state }) => state === "live").length;
  return live === walls.length ? t`All live` : t`${live} of ${walls.length} live`;
}
