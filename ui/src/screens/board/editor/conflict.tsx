// Two people changed the same board: what the other did, in words, and the choice that only a person can make.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { boardId, createBoard, readBoard } from "../../../api/boards.ts";
import { failureWords } from "../../../api/client.ts";
import { differences } from "../../../boards/words.ts";
import { Button } from "../../../kit/button.tsx";
import { Window } from "../../../kit/dialog.tsx";
import { newId } from "../../../parts/new-id.ts";
import css from "./edited-board.module.css";
import type { Editor } from "./use-editor.ts";

const SHOWN_MAX = 10;

export function Conflict({ editor }: { readonly editor: Editor }) {
  const { board, keepOurs, takeTheirs } = editor;
  const navigate = useNavigate();
  const [failure, setFailure] = useState<string | null>(null);
  const theirs = useQuery({ queryKey: ["boards", board.id, "theirs"], queryFn: () => readBoard(board.id), staleTime: 0, gcTime: 0 }).data;
  const tried = (work: Promise<unknown>) => {
    work.catch((error: unknown) => {
      setFailure(failureWords(error));
    });
  };
  const copy = async () => {
    const { revision: _, ...body } = board;
    const title = t`${board.title}, mine`;
    const made = await createBoard({ ...body, id: boardId(title, newId().slice(0, 4)), title });
    await takeTheirs();
    await navigate({ to: "/boards/$board", params: { board: made.id }, search: { edit: "1" } });
  };
  const said = theirs === undefined ? [] : differences(board, theirs);
  return (
    <Window
      title={t`Somebody else changed this board`}
      isOpen
      mustAnswer
      onClose={() => undefined}
      footer={
        <>
          <Button
            onPress={() => {
              tried(copy());
            }}
          >
            <Trans>Keep mine as a copy</Trans>
          </Button>
          <Button
            onPress={() => {
              tried(takeTheirs());
            }}
          >
            <Trans>Take theirs</Trans>
          </Button>
          <Button
            look="primary"
            onPress={() => {
              tried(keepOurs());
            }}
          >
            <Trans>Store mine</Trans>
          </Button>
        </>
      }
    >
      <p><Trans>They stored their version while you changed yours. Nothing is lost: the version that is not taken stays among the board’s versions, or in your copy.</Trans></p>
      {said.length > 0 && (
        <>
          <p className={css["label"]}><Trans>From yours to theirs:</Trans></p>
          <ul className={css["differences"]}>
            {said.slice(0, SHOWN_MAX).map((sentence, ix) => (
              <li key={ix}>{sentence}</li>
            ))}
            {said.length > SHOWN_MAX && <li><Trans>And {said.length - SHOWN_MAX} more.</Trans></li>}
          </ul>
        </>
      )}
      {failure !== null && <p role="alert"><Trans>That did not work: {failure}.</Trans></p>}
    </Window>
  );
}
