// The boards one may open.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { boardQuery, boardsQuery } from "../../api/queries.ts";
import type { BoardLine, Widget, WidgetKind } from "../../api/types.ts";
import { plural } from "../../kit/format.ts";
import { Notice } from "../../kit/notice.tsx";
import { Failed } from "../../parts/failed.tsx";
import { GridBones } from "../../parts/live-state.tsx";
import { Page } from "../../parts/page.tsx";
import css from "./boards.module.css";

export function BoardsPage() {
  const boards = useQuery(boardsQuery);
  return (
    <Page title="Boards" note={boards.data !== undefined && boards.data.length > 0 ? plural(boards.data.length, "board") : undefined} isScrolling>
      <div className={css["area"]}>
        {boards.isPending ? (
          <GridBones columns={2} rows={4} />
        ) : boards.isError ? (
          <Failed error={boards.error} onRetry={() => void boards.refetch()} />
        ) : boards.data.length === 0 ? (
          <Notice title="No boards yet">Boards that others share with you appear here.</Notice>
        ) : (
          <ul className={css["list"]}>
            {boards.data.map((board) => (
              <BoardItem key={board.id} board={board} />
            ))}
          </ul>
        )}
      </div>
    </Page>
  );
}

function BoardItem({ board }: { readonly board: BoardLine }) {
  const widgets = useQuery(boardQuery(board.id)).data?.widgets ?? [];
  const count = board.widget_count ?? widgets.length;
  return (
    <li>
      <Link to="/boards/$board" params={{ board: board.id }} className={css["board"]}>
        <Plan widgets={widgets} />
        <span className={css["title"]}>{board.title}</span>
        <span className={css["note"]}>
          {board.description !== undefined && board.description !== "" ? board.description : plural(count, "widget")}
        </span>
      </Link>
    </li>
  );
}

const TONES: Readonly<Record<WidgetKind, number>> = { kpi: 0.9, line: 0.55, donut: 0.55, grid: 0.3 };

/** How high a row is, as a share of a column's width. */
const ROW = 0.42;

/** The board's layout in small: one recognises a board by its shape. */
function Plan({ widgets }: { readonly widgets: readonly Widget[] }) {
  const height = Math.max(12, ...widgets.map(({ y, h }) => y + h)) * ROW;
  return (
    <svg className={css["plan"]} viewBox={`0 0 12 ${height}`} preserveAspectRatio="xMinYMin meet" aria-hidden>
      {widgets.map(({ id, x, y, w, h, kind }) => (
        <rect key={id} x={x + 0.06} y={y * ROW + 0.06} width={w - 0.12} height={h * ROW - 0.12} rx="0.12" opacity={TONES[kind]} fill="currentColor" />
      ))}
    </svg>
  );
}
