// What can be done with a whole board.
import { useNavigate } from "@tanstack/react-router";
import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { boardId, createBoard, deleteBoard } from "../../api/boards.ts";
import { Failure } from "../../api/client.ts";
import { boardsQuery } from "../../api/queries.ts";
import type { Board } from "../../api/types.ts";
import { Button } from "../../kit/button.tsx";
import { Window } from "../../kit/dialog.tsx";
import { ActionMenu } from "../../kit/menu.tsx";
import { newId } from "../../parts/new-id.ts";
import { AskName } from "./ask-name.tsx";

const Versions = lazy(() => import("./versions.tsx"));
const ShareWindow = lazy(() => import("./share-window.tsx"));

type Asked = "copy" | "delete" | "versions" | "share" | null;

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
    setFailure(error instanceof Failure ? error.message : "something unexpected happened");
  };
  return (
    <>
      <ActionMenu
        label={`What to do with ${board.title}`}
        entries={[
          { id: "wall", label: "Show on this screen as a wall", go: () => void navigate({ to: "/wall", search: { boards: board.id } }) },
          ...(mayEdit ? [{ id: "share", label: "Link for a screen …", go: () => { ask("share"); } }] : []),
          { id: "versions", label: "Versions …", go: () => { ask("versions"); } },
          ...(mayEdit ? [{ id: "copy", label: "Duplicate …", go: () => { ask("copy"); } }, { id: "delete", label: "Delete …", isDanger: true, go: () => { ask("delete"); } }] : []),
        ]}
      />
      {asked === "copy" && (
        <AskName
          title={`Duplicate ${board.title}`}
          label="Name of the copy"
          value={`${board.title}, copy`}
          action="Duplicate"
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
          title={`Delete ${board.title}?`}
          isOpen
          mustAnswer
          onClose={close}
          footer={
            <>
              <Button onPress={close}>Keep it</Button>
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
                Delete
              </Button>
            </>
          }
        >
          <p>Everybody loses it. Its versions stay on the server.</p>
          {failure !== null && <p role="alert">It was not deleted: {failure}.</p>}
        </Window>
      )}
      {failure !== null && asked === null && (
        <Window title="That did not work" isOpen onClose={close}>
          <p>{failure}</p>
        </Window>
      )}
      <Suspense fallback={null}>
        {asked === "versions" && <Versions board={board} mayEdit={mayEdit} onClose={close} />}
        {asked === "share" && <ShareWindow boards={[board]} onClose={close} />}
      </Suspense>
    </>
  );
}
