// What can be done with a whole board.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useNavigate } from "@tanstack/react-router";
import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { boardId, createBoard, deleteBoard } from "../../api/boards.ts";
import { failureWords } from "../../api/client.ts";
import { boardsQuery } from "../../api/queries.ts";
import type { Board } from "../../api/types.ts";
import { Button } from "../../kit/button.tsx";
import { Window } from "../../kit/dialog.tsx";
import { ActionMenu } from "../../kit/menu.tsx";
import { newId } from "../../parts/new-id.ts";
import { AskName } from "./ask-name.tsx";

const Versions = lazy(() => import("./versions.tsx"));
const PeopleWindow = lazy(() => import("./people-window.tsx"));
const ShareWindow = lazy(() => import("./share-window.tsx"));

type Asked = "copy" | "delete" | "versions" | "share" | "people" | null;

export function BoardMenu({ board, mayEdit }: { readonly board: Board; readonly mayEdit: boolean }) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const [asked, ask] = useState<Asked>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const close = () => {
    ask(null);
    setFailure(null);
  };
  const told = (error: unknown) => {
    setFailure(failureWords(error));
  };
  return (
    <>
      <ActionMenu
        label={t`What to do with ${board.title}`}
        entries={[
          { id: "wall", label: t`Show on this screen as a wall`, go: () => void navigate({ to: "/wall", search: { boards: board.id } }) },
          ...(mayEdit ? [{ id: "share", label: t`Link for a screen …`, go: () => { ask("share"); } }, { id: "people", label: t`Who has it …`, go: () => { ask("people"); } }] : []),
          { id: "versions", label: t`Versions …`, go: () => { ask("versions"); } },
          ...(mayEdit ? [{ id: "copy", label: t`Duplicate …`, go: () => { ask("copy"); } }, { id: "delete", label: t`Delete …`, isDanger: true, go: () => { ask("delete"); } }] : []),
        ]}
      />
      {asked === "copy" && (
        <AskName
          title={t`Duplicate ${board.title}`}
          label={t`Name of the copy`}
          value={t`${board.title}, copy`}
          action={t`Duplicate`}
          onClose={close}
          onName={(title) => {
            const { revision: _, ...body } = board;
            createBoard({ ...body, id: boardId(title, newId().slice(0, 4)), title })
              .then(async (made) => {
                await client.invalidateQueries({ queryKey: boardsQuery.queryKey, exact: true });
                await navigate({ to: "/boards/$board", params: { board: made.id }, search: { edit: "1" } });
              })
              .catch(told);
          }}
        />
      )}
      {asked === "delete" && (
        <Window
          title={t`Delete ${board.title}?`}
          isOpen
          mustAnswer
          onClose={close}
          footer={
            <>
              <Button onPress={close}><Trans>Keep it</Trans></Button>
              <Button
                look="primary"
                onPress={() => {
                  deleteBoard(board.id, board.revision)
                    .then(async () => {
                      await navigate({ to: "/boards" });
                      client.removeQueries({ queryKey: ["boards", board.id] });
                      await client.invalidateQueries({ queryKey: boardsQuery.queryKey, exact: true });
                    })
                    .catch(told);
                }}
              >
                <Trans>Delete</Trans>
              </Button>
            </>
          }
        >
          <p><Trans>Everybody loses it. Its versions stay on the server.</Trans></p>
          {failure !== null && <p role="alert"><Trans>It was not deleted: {failure}.</Trans></p>}
        </Window>
      )}
      {failure !== null && asked === null && (
        <Window title={t`That did not work`} isOpen onClose={close}>
          <p>{failure}</p>
        </Window>
      )}
      <Suspense fallback={null}>
        {asked === "versions" && <Versions board={board} mayEdit={mayEdit} onClose={close} />}
        {asked === "people" && <PeopleWindow board={board} onClose={close} />}
        {asked === "share" && <ShareWindow boards={[board]} onClose={close} />}
      </Suspense>
    </>
  );
}
