// A template while it is changed: what it is for on one side, live values on the other; checked as one types.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useBlocker, useNavigate } from "@tanstack/react-router";
import { useDeferredValue, useEffect, useMemo, useState } from "react";
import { Failure, failureWords } from "../../api/client.ts";
import { templatesQuery } from "../../api/queries.ts";
import { checkTemplate, storeTemplate, templateQuery } from "../../api/templates.ts";
import type { Statistic, Template, WidgetKind } from "../../api/types.ts";
import { asKind, kindTitle, KINDS_OF_WIDGETS } from "../../boards/kinds.ts";
import { bodyOf, faultOf, possibleTypes, templateName, withColumns, withType, type Draft } from "../../boards/template-edit.ts";
import { typeWords } from "../../floor/object-types.ts";
import { Button } from "../../kit/button.tsx";
import { Chips, Dropdown } from "../../kit/controls.tsx";
import { Labelled, Written } from "../../kit/fields.tsx";
import { newId } from "../../parts/new-id.ts";
import { Page } from "../../parts/page.tsx";
import { Preview } from "../board/editor/preview.tsx";
import { Looks } from "../board/editor/settings-looks.tsx";
import { Plain } from "../board/editor/settings-plain.tsx";
import { Columns } from "./columns.tsx";
import { Overtaken } from "./overtaken.tsx";
import { Back } from "./template-page.tsx";
import css from "./templates.module.css";
import { UseList } from "./uses.tsx";

/** One reads along with the last keystroke but a moment. */
const QUIET_MS = 350;

interface Props {
  readonly start: Draft;
  /** What is changed; null: it is new. */
  readonly over: Template | null;
  readonly library: readonly Statistic[];
}

export function TemplateEditor({ start, over, library }: Props) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [draft, setDraft] = useState(start);
  const [failure, setFailure] = useState<string | null>(null);
  const [isOvertaken, setOvertaken] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const known = useMemo(() => new Set(library.map(({ name }) => name)), [library]);
  const { widget } = draft;
  const body = useMemo(() => bodyOf(over?.name ?? "new", draft), [over, draft]);
  const [isStored, setStored] = useState(false);
  const isChanged = !isStored && JSON.stringify(bodyOf("", draft)) !== JSON.stringify(bodyOf("", start));
  useBlocker({ shouldBlockFn: () => isChanged && !window.confirm(t`Leave without storing what you changed?`), enableBeforeUnload: () => isChanged });
  const quiet = useQuiet(body);
  const checked = useQuery({ queryKey: ["template-check", quiet], queryFn: () => checkTemplate(quiet), placeholderData: keepPreviousData, retry: false, gcTime: 0 });
  const fault = faultOf(draft, checked.data) ?? (checked.isError ? failureWords(checked.error) : null);
  const isNameless = draft.title.trim() === "";
  const shown = useDeferredValue(widget);
  const types = possibleTypes(draft, library);
  const store = (name: string | null, revision: number | null) => {
    setBusy(true);
    setFailure(null);
    storeTemplate({ ...body, name: name ?? templateName(draft.title, newId().slice(0, 4)) }, revision)
      .then(async (stored) => {
        setStored(true);
        client.removeQueries({ queryKey: templateQuery(stored.name).queryKey });
        await client.invalidateQueries({ queryKey: templatesQuery.queryKey, exact: true });
        await navigate({ to: "/templates", ignoreBlocker: true });
      })
      .catch((error: unknown) => {
        setBusy(false);
        if (error instanceof Failure && error.kind === "overtaken") setOvertaken(true);
        else setFailure(failureWords(error));
      });
  };
  return (
    <Page
      title={<Back title={over === null ? t`New template` : over.title} />}
      tools={
        <>
          {failure !== null && <p role="alert" className={css["failure"]}>{t`Not stored: ${failure}`}</p>}
          <Button onPress={() => void navigate({ to: "/templates" })}><Trans>Cancel</Trans></Button>
          <Button
            look="primary"
            isDisabled={fault !== null || isBusy || (over !== null && !isChanged)}
            onPress={() => {
              store(over?.name ?? null, over?.revision ?? null);
            }}
          >
            {over === null ? t`Make it` : t`Save`}
          </Button>
        </>
      }
    >
      <div className={css["split"]}>
        <div className={css["side"]}>
          {over?.shipped === true && <p className={css["hint"]}><Trans>It comes with Pulse. Once it is changed here, a newer Pulse leaves it as it is; a duplicate keeps both.</Trans></p>}
          <section className={css["part"]} aria-label={t`Name and kind`}>
            <Written label={t`Name`} value={draft.title} isFirst={over === null} onChange={(title) => { setDraft({ ...draft, title }); }} />
            <Written isLong label={t`What it is for`} value={draft.description} onChange={(description) => { setDraft({ ...draft, description }); }} />
            <Labelled label={t`Shown as`}>
              <Dropdown
                label={t`Shown as`}
                value={widget.kind}
                choices={KINDS_OF_WIDGETS.map(({ kind }) => ({ id: kind, label: kindTitle(kind) }))}
                onChange={(kind) => { setDraft({ ...draft, widget: { ...widget, ...asKind(library, widget, kind as WidgetKind) } }); }}
              />
            </Labelled>
            {widget.query !== undefined && (
              <Labelled label={t`Kind of objects`}>
                <Dropdown label={t`Kind of objects`} value={widget.query.object_type} choices={allTypes(library)} onChange={(type) => { setDraft(withType(draft, type, library)); }} />
              </Labelled>
            )}
            {widget.query !== undefined && types.length > 1 && (
              <Labelled label={t`Fits as well`} help={t`Kinds of objects that have all these statistics, too.`}>
                <Chips label={t`Fits as well`} value={draft.otherTypes} choices={types.filter((type) => type !== widget.query?.object_type).map((id) => ({ id, label: typeWords(id) }))} onChange={(otherTypes) => { setDraft({ ...draft, otherTypes }); }} />
              </Labelled>
            )}
          </section>
          {widget.query === undefined ? (
            <Plain widget={widget} set={(change) => { setDraft({ ...draft, widget: { ...widget, ...change } }); }} />
          ) : (
            <>
              <Columns
                widget={widget}
                stored={over === null ? null : start.widget}
                library={library}
                checked={checked.data}
                set={(change) => { setDraft({ ...draft, widget: { ...widget, ...change } }); }}
                onColumns={(statistics) => { setDraft(withColumns(draft, statistics, known)); }}
              />
              <Looks isOfAll widget={widget} library={library} set={(change) => { setDraft({ ...draft, widget: { ...widget, ...change } }); }} />
            </>
          )}
          {over !== null && (
            <section className={css["part"]} aria-label={t`Where it is used`}>
              <h2><Trans>Where it is used</Trans></h2>
              <UseList of="templates" name={over.name} />
            </section>
          )}
        </div>
        <div className={css["preview"]}>
          <p role="status" className={fault === null || isNameless ? css["quiet"] : css["failure"]}>{fault ?? t`As a new widget would look now`}</p>
          <div className={css["stage"]} data-small={widget.w <= 4 || undefined}>
            <Preview draft={{ ...shown, title: draft.title }} />
          </div>
        </div>
      </div>
      {isOvertaken && over !== null && (
        <Overtaken
          name={over.name}
          mine={body}
          onStore={(revision) => {
            setOvertaken(false);
            store(over.name, revision);
          }}
          onCopy={() => {
            setOvertaken(false);
            store(null, null);
          }}
          onTake={() => {
            setStored(true);
            client.removeQueries({ queryKey: templateQuery(over.name).queryKey });
            void navigate({ to: "/templates", ignoreBlocker: true });
          }}
        />
      )}
    </Page>
  );
}

const allTypes = (library: readonly Statistic[]) => [...new Set(library.flatMap((stat) => stat.object_types))].sort().map((id) => ({ id, label: typeWords(id) }));

/** What was written when it last was quiet for a moment. */
function useQuiet<T>(value: T): T {
  const [quiet, setQuiet] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => {
      setQuiet(value);
    }, QUIET_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [value]);
  return quiet;
}
