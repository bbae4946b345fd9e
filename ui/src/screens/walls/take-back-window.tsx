// Taking a wall back: its screen goes dark.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Failure, failureWords } from "../../api/client.ts";
import { endShare, wallsQuery, type Share } from "../../api/shares.ts";
import { Button } from "../../kit/button.tsx";
import { Window } from "../../kit/dialog.tsx";
import css from "./walls.module.css";

export function TakeBackWindow({ wall, onClose }: { readonly wall: Share; readonly onClose: () => void }) {
  const client = useQueryClient();
  const [failure, setFailure] = useState<string | null>(null);
  const takeBack = () => {
    endShare(wall.id)
      // Somebody else took it back already: it is as it should be.
      .catch((error: unknown) => {
        if (!(error instanceof Failure && error.kind === "not-found")) throw error;
      })
      .then(async () => {
        await client.invalidateQueries({ queryKey: wallsQuery.queryKey });
        onClose();
      })
      .catch((error: unknown) => {
        setFailure(failureWords(error));
      });
  };
  return (
    <Window
      title={t`Take “${wall.title}” back?`}
      isOpen
      mustAnswer
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}><Trans>Keep it</Trans></Button>
          <Button look="primary" onPress={takeBack}><Trans>Take back</Trans></Button>
        </>
      }
    >
      <p><Trans>The screen goes dark within seconds. To show boards there again, it must be paired anew, or be given another link.</Trans></p>
      {failure !== null && <p role="alert" className={css["failure"]}><Trans>That did not work: {failure}.</Trans></p>}
    </Window>
  );
}
