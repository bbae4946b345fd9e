// The boards one may open, and the way to a new one.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { boardId, createBoard } from "../../api/boards.ts";
import { Failure } from "../../api/client.ts";
import { boardQuery, boardsQuery, metaQuery, sessionQuery } from "../../api/queries.ts";
import type { BoardLine } from "../../api/types.ts";
import { mayEdit } from "../../boards/rights.ts";
import { Button } from "../../kit/button.tsx";
import { Search } from "../../kit/controls.tsx";
import { dateAndTime, plural } from "../../kit/format.ts";
import { Notice } from "../../kit/notice.tsx";
import { Failed } from "../../parts/failed.tsx";
import { GridBones } from "../../parts/live-state.tsx";
import { newId } from "../../parts/new-id.ts";
import { Page } from "../../parts/page.tsx";
import { AskName } from "../board/ask-name.tsx";
import { BoardMenu } from "../board/board-menu.tsx";
import css from "./boards.module.css";
import { Plan } from "./plan.tsx";

/** From so many boards on one searches. */
const SEARCH_FROM = 8;

export function BoardsPage() {
  const boards = useQuery(boardsQuery);
  const isEditor = mayEdit(useQuery(sessionQuery).data);
  const [query, setQuery] = useState("");
  const [isAsked, ask] = useState(false);
  const all = boards.data ?? [];
  const found = all.filter((board) => `${board.title} ${board.description ?? ""}`.toLowerCase().includes(query.trim().toLowerCase()));
  return (
    <Page
      title="Boards"
      note={all.length > 0 ? plural(all.length, "board") : undefined}
      isScrolling
      tools={
        <>
          {all.length >= SEARCH_FROM && <Search label="Find a board" value={query} onChange={setQuery} />}
          {isEditor && (
            <Button
              look="primary"
              onPress={() => {
                ask(true);
              }}
            >
              New board
            </Button>
          )}
        </>
      }
    >
      <div className={css["area"]}>
        {boards.isPending ? (
          <GridBones columns={2} rows={4} />
        ) : boards.isError ? (
          <Failed error={boards.error} onRetry={() => void boards.refetch()} />
        ) : all.length === 0 ? (
          <Notice title="No boards yet">{isEditor ? "“New board” makes the first one." : "Boards that others share with you appear here."}</Notice>
        ) : found.length === 0 ? (
          <Notice title="No boards match">Fewer words may find them.</Notice>
        ) : (
          <ul className={css["list"]}>
            {found.map((board) => (
              <BoardItem key={board.id} board={board} mayEdit={isEditor} />
            ))}
          </ul>
        )}
      </div>
      {isAsked && (
        <NewBoard
          onClose={() => {
            ask(false);
          }}
        />
      )}
    </Page>
  );
}

function NewBoard({ onClose }: { readonly onClose: () => void }) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const [failure, setFailure] = useState<string | null>(null);
  if (failure !== null) return <Notice kind="error" title="The board was not made">{failure}</Notice>;
  return (
    <AskName
      title="New board"
      label="Name"
      value=""
      description=""
      action="Make it"
      onClose={onClose}
      onName={(title, description) => {
        createBoard({ id: boardId(title, newId().slice(0, 4)), title, description, widgets: [] })
          .then(async (made) => {
            client.setQueryData(boardQuery(made.id).queryKey, made);
            await client.invalidateQueries({ queryKey: boardsQuery.queryKey, exact: true });
            await navigate({ to: "/boards/$board", params: { board: made.id }, search: { edit: "1" } });
          })
          .catch((error: unknown) => {
            setFailure(error instanceof Failure ? error.message : "something unexpected happened");
          });
      }}
    />
  );
}

function BoardItem({ board, mayEdit: isEditor }: { readonly board: BoardLine; readonly mayEdit: boolean }) {
  const whole = useQuery(boardQuery(board.id)).data;
  const zone = useQuery(metaQuery).data?.time_zone ?? "UTC";
  const count = board.widget_count ?? whole?.widgets.length ?? 0;
  return (
    <li className={css["item"]}>
      <Link to="/boards/$board" params={{ board: board.id }} className={css["board"]}>
        <Plan widgets={whole?.widgets ?? []} />
        <span className={css["title"]}>{board.title}</span>
        <span className={css["note"]}>{board.description !== undefined && board.description !== "" ? board.description : plural(count, "widget")}</span>
        {board.changed_at !== undefined && board.changed_by !== undefined && board.changed_by !== "pulse" && (
          <span className={css["changed"]}>
            {board.changed_by}, {dateAndTime(board.changed_at / 1000, zone)}
          </span>
        )}
      </Link>
      {whole !== undefined && (
        <span className={css["menu"]}>
          <BoardMenu board={whole} mayEdit={isEditor} />
        </span>
      )}
    </li>
  );
}
