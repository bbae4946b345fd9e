// One board: its tabs, its widgets, and for who may, the tools to change it while it stays alive.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { boardQuery } from "../../api/queries.ts";
import type { Board } from "../../api/types.ts";
import { zoneOf } from "../../boards/edit.ts";
import { useMayEdit } from "../../parts/privileges.ts";
import { Button } from "../../kit/button.tsx";
import { Failed } from "../../parts/failed.tsx";
import { GridBones } from "../../parts/live-state.tsx";
import { Page } from "../../parts/page.tsx";
import { useServerZone } from "../../parts/zone.ts";
import { BoardMenu } from "./board-menu.tsx";
import { BoardView } from "./board-view.tsx";
import { Trail } from "./board-trail.tsx";

// Looking at a board needs neither.
const EditedBoard = lazy(() => import("./editor/edited-board.tsx"));
const Expanded = lazy(() => import("./expanded.tsx"));

const route = getRouteApi("/boards/$board");

/** A board that somebody else changes follows after so long, ms. */
const FOLLOW_MS = 30_000;

export function BoardPage() {
  const { board: id } = route.useParams();
  const { edit, widget } = route.useSearch();
  const isEditing = edit === "1";
  const isEditor = useMayEdit();
  const board = useQuery({ ...boardQuery(id), refetchInterval: isEditing ? false : FOLLOW_MS });
  if (board.data === undefined) {
    return (
      <Page isScrolling title={<Trail title={id} />}>
        {board.isError ? <Failed error={board.error} onRetry={() => void board.refetch()} /> : <GridBones columns={4} rows={8} />}
      </Page>
    );
  }
  if (isEditing && isEditor) return <Suspense fallback={null}><EditedBoard key={id} loaded={board.data} /></Suspense>;
  const shown = board.data.widgets.find((each) => each.id === widget);
  return shown === undefined ? <Viewed key={id} board={board.data} mayEdit={isEditor} /> : <Suspense fallback={null}><Expanded board={board.data} widget={shown} /></Suspense>;
}

/** What it is for, and whose clocks it shows. */
function BoardNote({ board }: { readonly board: Board }) {
  const zone = zoneOf(board);
  const server = useServerZone();
  const said = [...(board.description === undefined || board.description === "" ? [] : [board.description]), ...(zone === null || zone === server ? [] : [t`times in ${zone}, days begin at 00:00 ${server}`])];
  return <>{said.join(" · ")}</>;
}

function Viewed({ board, mayEdit: isEditor }: { readonly board: Board; readonly mayEdit: boolean }) {
  const navigate = route.useNavigate();
  return (
    <Page
      title={<Trail title={board.title} />}
      note={<BoardNote board={board} />}
      tools={
        <>
          {isEditor && (
            <Button
              onPress={() => {
                void navigate({ search: (now) => ({ ...now, edit: "1", object: undefined, of: undefined, at: undefined, vs: undefined }) });
              }}
            >
              <Trans>Edit</Trans>
            </Button>
          )}
          <BoardMenu board={board} mayEdit={isEditor} />
        </>
      }
    >
      <BoardView board={board} />
    </Page>
  );
}
