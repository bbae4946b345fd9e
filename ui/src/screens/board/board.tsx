// One board: widgets on twelve columns, each alive by itself.
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { boardQuery } from "../../api/queries.ts";
import type { Board } from "../../api/types.ts";
import { Notice } from "../../kit/notice.tsx";
import { Failed } from "../../parts/failed.tsx";
import { GridBones } from "../../parts/live-state.tsx";
import { Page } from "../../parts/page.tsx";
import css from "./board.module.css";
import { WidgetFrame } from "./widget-frame.tsx";

const route = getRouteApi("/boards/$board");

export function BoardPage() {
  const { board: id } = route.useParams();
  const board = useQuery(boardQuery(id));
  return (
    <Page
      isScrolling
      title={
        <>
          <Link to="/boards" className={css["up"]}>
            Boards
          </Link>
          <span className={css["slash"]} aria-hidden>
            /
          </span>
          {board.data?.title ?? id}
        </>
      }
    >
      {board.isPending ? <GridBones columns={4} rows={8} /> : board.isError ? <Failed error={board.error} onRetry={() => void board.refetch()} /> : <Widgets board={board.data} />}
    </Page>
  );
}

function Widgets({ board }: { readonly board: Board }) {
  const { widgets } = board;
  if (widgets.length === 0) return <Notice title="This board is empty">It has no widgets yet.</Notice>;
  // In reading order, so that the keyboard and a narrow screen meet them as the eye does.
  const inOrder = [...widgets].sort((a, b) => a.y - b.y || a.x - b.x);
  const rows = Math.max(...widgets.map(({ y, h }) => y + h));
  return (
    <div className={css["widgets"]} style={{ "--rows": rows } as React.CSSProperties}>
      {inOrder.map((widget) => (
        <WidgetFrame key={widget.id} board={board.id} widget={widget} />
      ))}
    </div>
  );
}
