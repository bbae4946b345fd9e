// The boards one may open, and the way to a new one.
import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { boardId, createBoard } from "../../api/boards.ts";
import { failureWords } from "../../api/client.ts";
import { boardQuery, boardsQuery } from "../../api/queries.ts";
import type { BoardLine } from "../../api/types.ts";
import { useMayEdit } from "../../parts/privileges.ts";
import { Button } from "../../kit/button.tsx";
import { Search } from "../../kit/controls.tsx";
import { dateAndTime } from "../../kit/format.ts";
import { Notice } from "../../kit/notice.tsx";
import { Failed } from "../../parts/failed.tsx";
import { GridBones } from "../../parts/live-state.tsx";
import { newId } from "../../parts/new-id.ts";
import { Page } from "../../parts/page.tsx";
import { AskName } from "../board/ask-name.tsx";
import { BoardMenu } from "../board/board-menu.tsx";
import { useZone } from "../../parts/zone.ts";
import css from "./boards.module.css";
import { Plan } from "./plan.tsx";

/** From so many boards on one searches. */
const SEARCH_FROM = 8;

export function BoardsPage() {
  const navigate = useNavigate();
  const boards = useQuery(boardsQuery);
  const isEditor = useMayEdit();
  const [query, setQuery] = useState("");
  const [isAsked, ask] = useState(false);
  const all = boards.data ?? [];
  const found = all.filter((board) => `${board.title} ${board.description ?? ""}`.toLowerCase().includes(query.trim().toLowerCase()));
  return (
    <Page
      title={t`Boards`}
      note={all.length > 0 ? t`${plural(all.length, { one: "# board", other: "# boards" })}` : undefined}
      isScrolling
      tools={
        <>
          {all.length >= SEARCH_FROM && <Search label={t`Find a board`} value={query} onChange={setQuery} />}
          {isEditor && <Button onPress={() => void navigate({ to: "/walls" })}><Trans>Screens on walls</Trans></Button>}
          {isEditor && (
            <Button
              look="primary"
              onPress={() => {
                ask(true);
              }}
            >
              <Trans>New board</Trans>
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
          <Notice title={t`No boards yet`}>{isEditor ? t`“New board” makes the first one.` : t`Boards that others share with you appear here.`}</Notice>
        ) : found.length === 0 ? (
          <Notice title={t`No boards match`}><Trans>Fewer words may find them.</Trans></Notice>
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
  if (failure !== null) return <Notice kind="error" title={t`The board was not made`}>{failure}</Notice>;
  return (
    <AskName
      title={t`New board`}
      label={t`Name`}
      value=""
      description=""
      action={t`Make it`}
      onClose={onClose}
      onName={(title, description) => {
        createBoard({ id: boardId(title, newId().slice(0, 4)), title, description, widgets: [] })
          .then(async (made) => {
            client.setQueryData(boardQuery(made.id).queryKey, made);
            await client.invalidateQueries({ queryKey: boardsQuery.queryKey, exact: true });
            await navigate({ to: "/boards/$board", params: { board: made.id }, search: { edit: "1" } });
          })
          .catch((error: unknown) => {
            setFailure(failureWords(error));
          });
      }}
    />
  );
}

function BoardItem({ board, mayEdit: isEditor }: { readonly board: BoardLine; readonly mayEdit: boolean }) {
  const whole = useQuery(boardQuery(board.id)).data;
  const zone = useZone();
  const count = board.widget_count ?? whole?.widgets.length ?? 0;
  return (
    <li className={css["item"]}>
      <Link to="/boards/$board" params={{ board: board.id }} className={css["board"]}>
        <Plan widgets={whole?.widgets ?? []} />
        <span className={css["title"]}>{board.title}</span>
        <span className={css["note"]}>{board.description !== undefined && board.description !== "" ? board.description : t`${plural(count, { one: "# widget", other: "# widgets" })}`}</span>
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
