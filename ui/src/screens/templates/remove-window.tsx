// Deleting a template: told where it was used before, and refused when somebody changed it meanwhile.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Failure, failureWords } from "../../api/client.ts";
import { templatesQuery } from "../../api/queries.ts";
import { removeTemplate, usesQuery } from "../../api/templates.ts";
import type { Template } from "../../api/types.ts";
import { Button } from "../../kit/button.tsx";
import { Window } from "../../kit/dialog.tsx";
import css from "./templates.module.css";
import { usesWords } from "./uses.tsx";

export function RemoveWindow({ template, onClose }: { readonly template: Template; readonly onClose: () => void }) {
  const client = useQueryClient();
  const uses = useQuery(usesQuery("templates", template.name));
  const [failure, setFailure] = useState<string | null>(null);
  const remove = () => {
    removeTemplate(template)
      .then(async () => {
        await client.invalidateQueries({ queryKey: templatesQuery.queryKey, exact: true });
        onClose();
      })
      .catch((error: unknown) => {
        setFailure(error instanceof Failure && error.kind === "overtaken" ? t`somebody changed it meanwhile; look at it again` : failureWords(error));
        void client.invalidateQueries({ queryKey: templatesQuery.queryKey, exact: true });
      });
  };
  return (
    <Window
      title={t`Delete ${template.title}?`}
      isOpen
      mustAnswer
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}><Trans>Keep it</Trans></Button>
          <Button look="primary" isDisabled={uses.isPending} onPress={remove}><Trans>Delete</Trans></Button>
        </>
      }
    >
      <p>{uses.data === undefined ? (uses.isError ? t`Where it is used can’t be told now.` : "…") : usesWords(uses.data)}</p>
      {template.shipped && <p className={css["quiet"]}><Trans>It comes with Pulse; once deleted, it stays away.</Trans></p>}
      {failure !== null && <p role="alert" className={css["failure"]}><Trans>That did not work: {failure}.</Trans></p>}
    </Window>
  );
}
