// The earlier versions of a board: who, when, what changed in words, and the way back.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { storeBoard } from "../../api/boards.ts";
import { Failure, failureWords } from "../../api/client.ts";
import { boardQuery, boardsQuery, versionsQuery } from "../../api/queries.ts";
import type { Board, BoardVersion } from "../../api/types.ts";
import { differences } from "../../boards/words.ts";
import { Button } from "../../kit/button.tsx";
import { Window } from "../../kit/dialog.tsx";
import { dateAndTime } from "../../kit/format.ts";
import { Bone } from "../../kit/notice.tsx";
import { Failed } from "../../parts/failed.tsx";
import { useZone } from "../../parts/zone.ts";
import css from "./versions.module.css";

interface Props {
  readonly board: Board;
  readonly mayEdit: boolean;
  readonly onClose: () => void;
}

export default function Versions({ board, mayEdit, onClose }: Props) {
  const client = useQueryClient();
  const versions = useQuery(versionsQuery(board.id));
  const zone = useZone();
  const [failure, setFailure] = useState<string | null>(null);
  const restore = (version: BoardVersion) => {
    storeBoard({ ...version.board, id: board.id, revision: board.revision })
      .then(async () => {
        await client.invalidateQueries({ queryKey: boardQuery(board.id).queryKey });
        await client.invalidateQueries({ queryKey: boardsQuery.queryKey, exact: true });
        onClose();
      })
      .catch((error: unknown) => {
        setFailure(error instanceof Failure && error.kind === "overtaken" ? t`somebody changed the board meanwhile; open this list again` : failureWords(error));
      });
  };
  return (
    <Window title={t`Versions of ${board.title}`} size="large" isOpen onClose={onClose}>
      {failure !== null && (
        <p role="alert" className={css["failure"]}>
          <Trans>It was not restored: {failure}.</Trans>
        </p>
      )}
      {versions.isPending ? (
        <Bone width="100%" height="6rem" />
      ) : versions.isError ? (
        <Failed error={versions.error} onRetry={() => void versions.refetch()} />
      ) : versions.data.length === 0 ? (
        <p className={css["none"]}><Trans>There is only the present one: nobody has changed this board yet.</Trans></p>
      ) : (
        <ol className={css["list"]}>
          {versions.data.map((version, ix) => (
            <li key={version.revision} className={css["version"]}>
              <div className={css["when"]}>
                <time>{dateAndTime(version.changed_at / 1000, zone)}</time>
                <span>{version.changed_by}</span>
              </div>
              <div className={css["what"]}>
                <p className={css["label"]}>{ix === 0 ? t`Since then, to the present board:` : t`Then, to the next version:`}</p>
                <Changes before={version.board} after={ix === 0 ? board : (versions.data[ix - 1]?.board ?? board)} />
              </div>
              {mayEdit && (
                <Button
                  onPress={() => {
                    restore(version);
                  }}
                >
                  <Trans>Restore</Trans>
                </Button>
              )}
            </li>
          ))}
        </ol>
      )}
    </Window>
  );
}

const SHOWN_MAX = 8;

function Changes({ before, after }: { readonly before: Board; readonly after: Board }) {
  const said = differences(before, after);
  if (said.length === 0) return <p><Trans>Nothing that one sees.</Trans></p>;
  return (
    <ul className={css["changes"]}>
      {said.slice(0, SHOWN_MAX).map((sentence, ix) => (
        <li key={ix}>{sentence}</li>
      ))}
      {said.length > SHOWN_MAX && <li><Trans>And {said.length - SHOWN_MAX} more.</Trans></li>}
    </ul>
  );
}
