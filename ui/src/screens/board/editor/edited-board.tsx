// A board while it is changed: everything stays alive; what is done can be undone; it is stored by itself.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { getRouteApi } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import type { Board } from "../../../api/types.ts";
import { tabOf, widgetsOn, zoneOf } from "../../../boards/edit.ts";
import { freePlace } from "../../../boards/layout.ts";
import { Button } from "../../../kit/button.tsx";
import { IconButton } from "../../../kit/icon-button.tsx";
import { ActionMenu } from "../../../kit/menu.tsx";
import { newId } from "../../../parts/new-id.ts";
import { ZoneWindow } from "../../../parts/zone-window.tsx";
import { Page } from "../../../parts/page.tsx";
import { AskName } from "../ask-name.tsx";
import { BoardView } from "../board-view.tsx";
import { Trail } from "../board-trail.tsx";
import { AddWindow, type Draft } from "./add-window.tsx";
import { Conflict } from "./conflict.tsx";
import css from "./edited-board.module.css";
import { Settings } from "./settings.tsx";
import { useEditor, type Editor } from "./use-editor.ts";

const route = getRouteApi("/boards/$board");

export default function EditedBoard({ loaded }: { readonly loaded: Board }) {
  const editor = useEditor(loaded);
  const { board, edit, undo, redo } = editor;
  const { tab: wanted } = route.useSearch();
  const navigate = route.useNavigate();
  const [asked, ask] = useState<"add" | "rename" | "tab" | "zone" | null>(null);
  const tab = tabOf(board, wanted === undefined ? {} : { tab: wanted });

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isTyping = event.target instanceof HTMLElement && event.target.matches("input, textarea, [contenteditable]");
      if (!(event.ctrlKey || event.metaKey) || isTyping) return;
      const key = event.key.toLowerCase();
      if (key !== "z" && key !== "y") return;
      event.preventDefault();
      if (key === "y" || event.shiftKey) redo();
      else undo();
    };
    window.addEventListener("keydown", onKey);
    return () => {
      window.removeEventListener("keydown", onKey);
    };
  }, [undo, redo]);

  const add = (draft: Draft) => {
    const place = freePlace(widgetsOn(board, tab), draft.w, draft.h);
    const id = newId();
    edit({ do: "add", widget: { ...draft, ...place, id, ...(tab === null ? {} : { tab }) } });
    ask(null);
    // It appears where there is room: perhaps below what one sees.
    requestAnimationFrame(() => {
      requestAnimationFrame(() => {
        const handle = document.querySelector<HTMLElement>(`[data-handle="${id}"]`);
        handle?.scrollIntoView({ block: "nearest" });
        handle?.focus({ preventScroll: true });
      });
    });
  };
  const done = () => void navigate({ search: (now) => ({ tab: now.tab }) });

  return (
    <Page
      title={<Trail title={board.title} />}
      note={<Stored editor={editor} />}
      tools={
        <>
          <IconButton icon="undo" label={editor.undoWords === null ? t`Nothing to undo` : t`Undo: ${editor.undoWords}`} isDisabled={editor.undoWords === null} onPress={undo} />
          <IconButton icon="redo" label={editor.redoWords === null ? t`Nothing to do again` : t`Do again: ${editor.redoWords}`} isDisabled={editor.redoWords === null} onPress={redo} />
          <Button
            onPress={() => {
              ask("add");
            }}
          >
            <Trans>Add widget</Trans>
          </Button>
          <ActionMenu
            label={t`More for this board`}
            entries={[
              { id: "rename", label: t`Rename …`, go: () => { ask("rename"); } },
              { id: "tab", label: t`Add a tab …`, go: () => { ask("tab"); } },
              ...(board.widgets.length > 0 ? [{ id: "zone", label: t`Time zone …`, go: () => { ask("zone"); } }] : []),
              { id: "tidy", label: t`Close the gaps`, go: () => { edit({ do: "tidy", tab }); } },
            ]}
          />
          <Button look="primary" onPress={done}>
            <Trans>Done</Trans>
          </Button>
        </>
      }
    >
      <BoardView
        board={board}
        edit={edit}
        side={(chosen, close) => {
          const widget = board.widgets.find(({ id }) => id === chosen);
          return widget === undefined ? null : <Settings key={widget.id} widget={widget} edit={edit} onClose={close} />;
        }}
      />
      <p className="heard" role="status" aria-live="polite">
        {editor.said}
      </p>
      {asked === "add" && (
        <AddWindow
          onAdd={add}
          onClose={() => {
            ask(null);
          }}
        />
      )}
      {asked === "rename" && (
        <AskName
          title={t`Rename the board`}
          label={t`Name`}
          value={board.title}
          description={board.description ?? ""}
          action={t`Rename`}
          onClose={() => {
            ask(null);
          }}
          onName={(title, description) => {
            edit({ do: "rename", title, description });
          }}
        />
      )}
      {asked === "tab" && (
        <AskName
          title={t`Add a tab`}
          label={t`Name`}
          value=""
          action={t`Add`}
          onClose={() => {
            ask(null);
          }}
          onName={(title) => {
            const id = newId();
            edit({ do: "add-tab", tab: { id, title } });
            void navigate({ search: (now) => ({ ...now, tab: id }) });
          }}
        />
      )}
      {asked === "zone" && (
        <ZoneWindow
          title={t`Time zone of this board`}
          words={t`In which zone this board shows times, to everybody who looks at it.`}
          none={t`That of whoever looks`}
          value={zoneOf(board)}
          onChoose={(zone) => {
            edit({ do: "zone", zone });
          }}
          onClose={() => {
            ask(null);
          }}
        />
      )}
      {editor.saving.phase === "conflict" && <Conflict editor={editor} />}
    </Page>
  );
}

/** Is it stored? One word, always in the same place. */
function Stored({ editor: { saving, retry } }: { readonly editor: Editor }) {
  if (saving.phase === "failed") {
    return (
      <span className={css["failed"]} role="alert">
        <Trans>Not stored: {saving.why}</Trans>{" "}
        {saving.canRetry && (
          <button type="button" className={css["again"]} onClick={retry}>
            <Trans>Try again</Trans>
          </button>
        )}
      </span>
    );
  }
  const word = saving.phase === "saved" ? t`All is stored` : saving.phase === "conflict" ? t`Not stored` : t`Storing …`;
  return <span data-testid="stored">{word}</span>;
}
