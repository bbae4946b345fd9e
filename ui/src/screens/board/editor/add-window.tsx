// What to add: a kind of widget, or a template; each alive before one decides.
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { statisticsQuery, templatesQuery } from "../../../api/queries.ts";
import type { Template, Widget } from "../../../api/types.ts";
import { kindInfo, KINDS_OF_WIDGETS, newWidget } from "../../../boards/kinds.ts";
import { fromTemplate, isUsable, pendingWords } from "../../../boards/templates.ts";
import { Button } from "../../../kit/button.tsx";
import { Dropdown, Segmented } from "../../../kit/controls.tsx";
import { Window } from "../../../kit/dialog.tsx";
import { PickList } from "../../../kit/pick-list.tsx";
import css from "./add-window.module.css";
import { typeWord } from "./object-types.ts";
import { Preview } from "./preview.tsx";

/** A widget that has no place yet. */
export type Draft = Omit<Widget, "id" | "x" | "y" | "tab">;

export function AddWindow({ onAdd, onClose }: { readonly onAdd: (draft: Draft) => void; readonly onClose: () => void }) {
  const library = useQuery(statisticsQuery).data;
  const templates = useQuery(templatesQuery);
  const [from, setFrom] = useState<"kinds" | "templates">("kinds");
  const [kind, setKind] = useState<Widget["kind"]>("grid");
  const [name, setName] = useState<string | null>(null);
  const [type, setType] = useState<string | undefined>(undefined);
  const template = templates.data?.find((each) => each.name === name);
  const draft = useMemo((): Draft | null => {
    if (from === "templates") return template === undefined || !isUsable(template) ? null : fromTemplate(template, type);
    const { id: _, x: __, y: ___, ...made } = newWidget(library ?? [], kind, "preview");
    return made;
  }, [from, template, type, library, kind]);
  return (
    <Window
      title="Add a widget"
      size="large"
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            look="primary"
            isDisabled={draft === null}
            onPress={() => {
              if (draft !== null) onAdd(draft);
            }}
          >
            Add to the board
          </Button>
        </>
      }
    >
      <div className={css["window"]}>
        <div className={css["choice"]}>
          <Segmented
            label="What to begin with"
            value={from}
            onChange={setFrom}
            choices={[
              { id: "kinds", label: "Kinds" },
              { id: "templates", label: `Templates${templates.data === undefined ? "" : ` (${templates.data.length})`}` },
            ]}
          />
          {from === "kinds" ? (
            <div className={css["pick"]}>
              <PickList
                label="Find a kind"
                isSingle
                items={KINDS_OF_WIDGETS.map(({ kind: id, word }) => ({ id, label: word.charAt(0).toUpperCase() + word.slice(1) }))}
                chosen={[kind]}
                onChange={([id]) => {
                  if (id !== undefined) setKind(id as Widget["kind"]);
                }}
              />
            </div>
          ) : templates.isError ? (
            <p className={css["words"]}>The templates can’t be loaded now.</p>
          ) : (
            <div className={css["pick"]}>
              <PickList
                label="Find a template"
                isSingle
                items={(templates.data ?? []).map((each) => ({ id: each.name, label: each.title, ...(isUsable(each) ? {} : { note: "not yet" }) }))}
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
          {from === "kinds" ? <p className={css["words"]}>{kindInfo(kind).about}.</p> : <TemplateWords template={template} type={type} onType={setType} />}
          <div className={css["preview"]} data-small={(draft !== null && draft.w <= 4) || undefined}>
            {draft !== null && <Preview draft={draft} />}
          </div>
        </div>
      </div>
    </Window>
  );
}

function TemplateWords({ template, type, onType }: { readonly template: Template | undefined; readonly type: string | undefined; readonly onType: (type: string) => void }) {
  if (template === undefined) return <p className={css["words"]}>Choose a template to see it with your own numbers.</p>;
  const pending = pendingWords(template);
  return (
    <div className={css["words"]}>
      <p>{template.description}</p>
      {pending !== null && <p>{pending}</p>}
      {template.object_types.length > 1 && (
        <div className={css["type"]}>
          <span>For</span>
          <Dropdown label="Kind of objects" value={type ?? template.object_types[0] ?? ""} choices={template.object_types.map((id) => ({ id, label: typeWord(id, true) }))} onChange={onType} />
        </div>
      )}
    </div>
  );
}
