// Two people changed the same template: what differs, in words, and the choice that only a person can make.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { readTemplate, type TemplateBody } from "../../api/templates.ts";
import { templateDifferences } from "../../boards/template-edit.ts";
import { Button } from "../../kit/button.tsx";
import { Window } from "../../kit/dialog.tsx";
import css from "./templates.module.css";

interface Props {
  readonly name: string;
  readonly mine: TemplateBody;
  /** Over the revision of the other version. */
  readonly onStore: (revision: number) => void;
  readonly onCopy: () => void;
  readonly onTake: () => void;
}

export function Overtaken({ name, mine, onStore, onCopy, onTake }: Props) {
  const theirs = useQuery({ queryKey: ["templates", name, "theirs"], queryFn: () => readTemplate(name), staleTime: 0, gcTime: 0, retry: false }).data;
  const said = theirs === undefined ? [] : templateDifferences(mine, theirs);
  return (
    <Window
      title={t`Somebody else changed this template`}
      isOpen
      mustAnswer
      onClose={() => undefined}
      footer={
        <>
          <Button onPress={onCopy}><Trans>Keep mine as a copy</Trans></Button>
          <Button onPress={onTake}><Trans>Take theirs</Trans></Button>
          <Button look="primary" isDisabled={theirs === undefined} onPress={() => { if (theirs !== undefined) onStore(theirs.revision); }}><Trans>Store mine</Trans></Button>
        </>
      }
    >
      <p>{theirs === undefined ? t`It may have been deleted; yours can be kept as a copy.` : t`${theirs.changed_by} stored another version while you changed yours.`}</p>
      {said.length > 0 && (
        <>
          <p className={css["quiet"]}><Trans>From yours to theirs:</Trans></p>
          <ul className={css["said"]}>
            {said.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </>
      )}
    </Window>
  );
}
