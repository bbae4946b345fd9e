// What to add: a kind of widget, or a template; each alive before one decides.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { statisticsQuery, templatesQuery } from "../../../api/queries.ts";
import type { Template, Widget } from "../../../api/types.ts";
import { useKindsOn } from "../../../boards/kinds-on.ts";
import { kindInfo, newWidget } from "../../../boards/kinds.ts";
import { fromTemplate, isUsable, pendingWords } from "../../../boards/templates.ts";
import { Button } from "../../../kit/button.tsx";
import { Dropdown, Segmented } from "../../../kit/controls.tsx";
import { Window } from "../../../kit/dialog.tsx";
import { PickList } from "../../../kit/pick-list.tsx";
import css from "./add-window.module.css";
import { typeWords } from "../../../floor/object-types.ts";
import { Preview } from "./preview.tsx";

/** A widget that has no place yet. */
export type Draft = Omit<Widget, "id" | "x" | "y" | "tab">;

export function AddWindow({ onAdd, onClose }: { readonly onAdd: (draft: Draft) => void; readonly onClose: () => void }) {
  const library = useQuery(statisticsQuery).data;
  const templates = useQuery(templatesQuery);
  const [from, setFrom] = useState<"kinds" | "templates">("kinds");
  const kinds = useKindsOn();
  const [picked, setKind] = useState<Widget["kind"]>("grid");
  const kind = kinds.some((each) => each.kind === picked) ? picked : (kinds[0]?.kind ?? null);
  const isOn = (each: Template) => kinds.some((on) => on.kind === each.widget.kind);
  const [name, setName] = useState<string | null>(null);
  const [type, setType] = useState<string | undefined>(undefined);
  const template = templates.data?.find((each) => each.name === name);
  const draft = useMemo((): Draft | null => {
    if (from === "templates") return template === undefined || !isUsable(template) ? null : fromTemplate(template, type);
    if (kind === null) return null;
    const { id: _, x: __, y: ___, ...made } = newWidget(library ?? [], kind, "preview");
    return made;
  }, [from, template, type, library, kind]);
  return (
    <Window
      title={t`Add a widget`}
      size="large"
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}><Trans>Cancel</Trans></Button>
          <Button
            look="primary"
            isDisabled={draft === null}
            onPress={() => {
              if (draft !== null) onAdd(draft);
            }}
          >
            <Trans>Add to the board</Trans>
          </Button>
        </>
      }
    >
      <div className={css["window"]}>
        <div className={css["choice"]}>
          <Segmented
            label={t`What to begin with`}
            value={from}
            onChange={setFrom}
            choices={[
              { id: "kinds", label: t`Kinds` },
              { id: "templates", label: templates.data === undefined ? t`Templates` : t`Templates (${templates.data.length})` },
            ]}
          />
          {from === "kinds" ? (
            <div className={css["pick"]}>
              <PickList
                label={t`Find a kind`}
                isSingle
                items={kinds.map(({ kind: id, word }) => ({ id, label: word.charAt(0).toUpperCase() + word.slice(1) }))}
                chosen={kind === null ? [] : [kind]}
                none={kinds.length === 0 ? t`An administrator switched all kinds off.` : t`Nothing is called that.`}
                onChange={([id]) => {
                  if (id !== undefined) setKind(id as Widget["kind"]);
                }}
              />
            </div>
          ) : templates.isError ? (
            <p className={css["words"]}><Trans>The templates can’t be loaded now.</Trans></p>
          ) : (
            <div className={css["pick"]}>
              <PickList
                label={t`Find a template`}
                isSingle
                items={(templates.data ?? []).filter(isOn).map((each) => ({ id: each.name, label: each.title, ...(isUsable(each) ? {} : { note: t`not yet` }) }))}
                chosen={name === null ? [] : [name]}
                onChange={([id]) => {
                  if (id === undefined) return;
                  setName(id);
                  setType(undefined);
                }}
              />
            </div>
          )}
        </div>
        <div className={css["look"]}>
          {from === "kinds" ? <p className={css["words"]}>{kind === null ? "" : `${kindInfo(kind).about}.`}</p> : <TemplateWords template={template} type={type} onType={setType} />}
          <div className={css["preview"]} data-small={(draft !== null && draft.w <= 4) || undefined}>
            {draft !== null && <Preview draft={draft} />}
          </div>
        </div>
      </div>
    </Window>
  );
}

function TemplateWords({ template, type, onType }: { readonly template: Template | undefined; readonly type: string | undefined; readonly onType: (type: string) => void }) {
  if (template === undefined) return <p className={css["words"]}><Trans>Choose a template to see it with your own numbers.</Trans></p>;
  const pending = pendingWords(template);
  return (
    <div className={css["words"]}>
      <p>{template.description}</p>
      {pending !== null && <p>{pending}</p>}
      {template.object_types.length > 1 && (
        <div className={css["type"]}>
          <span><Trans context="kind of objects of a template">For</Trans></span>
          <Dropdown label={t`Kind of objects`} value={type ?? template.object_types[0] ?? ""} choices={template.object_types.map((id) => ({ id, label: typeWords(id) }))} onChange={onType} />
        </div>
      )}
    </div>
  );
}
