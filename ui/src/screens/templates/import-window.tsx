// A template from a text file: read and checked first, what it would change told in words, then stored.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { Failure, failureWords } from "../../api/client.ts";
import { templatesQuery } from "../../api/queries.ts";
import { readTemplate, readTemplateText, storeTemplate, type TemplateBody } from "../../api/templates.ts";
import type { Template } from "../../api/types.ts";
import { templateDifferences } from "../../boards/template-edit.ts";
import { Button } from "../../kit/button.tsx";
import { Window } from "../../kit/dialog.tsx";
import { Written } from "../../kit/fields.tsx";
import css from "./templates.module.css";

interface Read {
  readonly body: TemplateBody;
  /** The template whose place it would take. */
  readonly over: Template | null;
}

export function ImportWindow({ onClose }: { readonly onClose: () => void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [text, setText] = useState("");
  const isReady = name.trim() !== "" && text.trim() !== "";
  const read = useQuery({ queryKey: ["template-text", name, text], queryFn: () => look(name.trim(), text), enabled: isReady, retry: false, gcTime: 0 });
  const [failure, setFailure] = useState<string | null>(null);
  const store = ({ body, over }: Read) => {
    setFailure(null);
    storeTemplate(body, over?.revision ?? null)
      .then(async (stored) => {
        await client.invalidateQueries({ queryKey: templatesQuery.queryKey });
        onClose();
        await navigate({ to: "/templates/$template", params: { template: stored.name } });
      })
      .catch((error: unknown) => {
        setFailure(failureWords(error));
        void read.refetch();
      });
  };
  const told = isReady ? read.data : undefined;
  return (
    <Window
      title={t`Import a template`}
      size="large"
      isOpen
      onClose={onClose}
      footer={
        <>
          {failure !== null && <p role="alert" className={css["failure"]}>{failure}</p>}
          <Button onPress={onClose}><Trans>Cancel</Trans></Button>
          <Button
            look="primary"
            isDisabled={told === undefined}
            onPress={() => {
              if (told !== undefined) store(told);
            }}
          >
            {told?.over == null ? t`Import it` : t`Replace it`}
          </Button>
        </>
      }
    >
      <div className={css["form"]}>
        <div className={css["file"]}>
          <input
            type="file"
            aria-label={t`Text file (TOML)`}
            accept=".toml,text/plain"
            onChange={({ target }) => {
              const [file] = target.files ?? [];
              if (file === undefined) return;
              setName(file.name.replace(/\.[^.]*$/, ""));
              void file.text().then(setText);
            }}
          />
        </div>
        <Written label={t`Name of the file`} help={t`Letters, digits, - and _; a template of that name is replaced.`} value={name} onChange={setName} />
        <Written isLong label={t`Its text`} value={text} onChange={setText} />
        <div role="status" className={css["outcome"]}>
          {!isReady ? (
            <p className={css["quiet"]}><Trans>Choose a file, or paste its text. Nothing is stored before you have seen what changes.</Trans></p>
          ) : read.isError ? (
            <Fault error={read.error} text={text} />
          ) : told === undefined ? (
            <p className={css["quiet"]}>…</p>
          ) : (
            <Changes read={told} />
          )}
        </div>
      </div>
    </Window>
  );
}

async function look(name: string, text: string): Promise<Read> {
  const body = await readTemplateText(name, text);
  try {
    return { body, over: await readTemplate(name) };
  } catch (error) {
    if (error instanceof Failure && error.kind === "not-found") return { body, over: null };
    throw error;
  }
}

/** "line 7: ..." with the line itself. */
function Fault({ error, text }: { readonly error: unknown; readonly text: string }) {
  const words = failureWords(error);
  const number = Number(/^line (\d+): /.exec(words)?.[1] ?? NaN);
  const line = text.split("\n")[number - 1];
  return (
    <>
      <p className={css["failure"]}>{words}</p>
      {line !== undefined && <pre className={css["line"]}>{`${number}  ${line}`}</pre>}
    </>
  );
}

function Changes({ read: { body, over } }: { readonly read: Read }) {
  if (over === null) return <p>{t`“${body.title}” would be new.`}</p>;
  const said = templateDifferences(over, body);
  if (said.length === 0) return <p>{t`“${body.title}” is as it is here already.`}</p>;
  return (
    <>
      <p>{t`“${over.title}” would change:`}</p>
      <ul className={css["said"]}>
        {said.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </>
  );
}
