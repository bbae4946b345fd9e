// What can be done with a widget: enlarge, take its values along, and for editors change it.
import { t } from "@lingui/core/macro";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { use } from "react";
import { boardQuery } from "../../api/queries.ts";
import type { Widget } from "../../api/types.ts";
import { csvOf } from "../../boards/csv.ts";
import { useMayEdit } from "../../parts/privileges.ts";
import { readOptions } from "../../floor/options.ts";
import { ActionMenu, type MenuEntry } from "../../kit/menu.tsx";
import type { Column } from "../../live/frame.ts";
import { demandKey } from "../../live/store.ts";
import { useLive } from "../../live/hooks.ts";
import { pictureOf } from "../../parts/picture.ts";
import { newId } from "../../parts/new-id.ts";
import { fileName, saveFile } from "../../parts/save-file.ts";
import { useZone } from "../../parts/zone.ts";
import { NotesContext, usePast } from "../../past/context.ts";
import { doubtWords } from "../../past/doubt.tsx";
import { doubts } from "../../past/notes.ts";
import { writeInstant } from "../../past/steps.ts";
import { useBoard } from "./board-context.ts";
import css from "./widget-frame.module.css";
import { chosenRows } from "./widget-state.tsx";

export function WidgetMenu({ widget, isAlone }: { readonly widget: Widget; readonly isAlone: boolean }) {
  const live = useLive();
  const past = usePast();
  const notes = use(NotesContext);
  const zone = useZone();
  const navigate = useNavigate();
  const isEditor = useMayEdit();
  const { board, edit, choose, expand } = useBoard();
  const tabs = useQuery({ ...boardQuery(board), enabled: false }).data?.tabs ?? [];
  const name = widget.title === "" ? t`this widget` : widget.title;
  const { query } = widget;
  const looks: readonly MenuEntry[] = [
    ...(isAlone || query === undefined || edit !== null ? [] : [{ id: "expand", label: t`Enlarge`, go: () => { expand(widget.id); } }]),
    ...(query === undefined
      ? []
      : [
          {
            id: "csv",
            label: t`Download values (CSV)`,
            go: () => {
              const figures = live.figures(demandKey({ query }));
              const doubt = (column: Column, object: string) => (notes === null ? [] : doubts(notes.notes, column, [object], notes.at, notes.dayFrom).map((note) => doubtWords(note, zone)));
              saveFile(`${fileName(name)}${past === null ? "" : `-${writeInstant(past).replaceAll(":", "-")}`}.csv`, new Blob(["\ufeff", csvOf(figures.shape.columns, chosenRows(figures, readOptions(widget.options, "")), doubt)], { type: "text/csv" }));
            },
          },
        ]),
    {
      id: "png",
      label: t`Download picture (PNG)`,
      go: () => {
        const element = document.querySelector<HTMLElement>(`[data-testid="widget-${CSS.escape(widget.id)}"]`);
        if (element !== null) void pictureOf(element).then((picture) => { saveFile(`${fileName(name)}.png`, picture); });
      },
    },
  ];
  const statistic = query?.statistics.map((each) => (typeof each === "string" ? each : "stat_type" in each ? each.stat_type : undefined)).find((name) => name !== undefined);
  const rules: readonly MenuEntry[] =
    !isEditor || query === undefined || statistic === undefined
      ? []
      : [{ id: "rule", label: t`Make an alert rule …`, go: () => void navigate({ to: "/alerts", search: { view: "rules", rule: "new", type: query.object_type, statistic } }) }];
  const changes: readonly MenuEntry[] =
    edit === null || isAlone
      ? []
      : [
          { id: "settings", label: t`Settings`, go: () => { choose(widget.id); } },
          { id: "copy", label: t`Duplicate`, go: () => { edit({ do: "copy", id: widget.id, as: newId() }); } },
          ...tabs.filter(({ id }) => id !== (widget.tab ?? tabs[0]?.id)).map((tab) => ({ id: `tab-${tab.id}`, label: t`Move to ${tab.title}`, go: () => { edit({ do: "to-tab", id: widget.id, tab: tab.id }); } })),
          { id: "remove", label: t`Remove`, isDanger: true, go: () => { edit({ do: "remove", id: widget.id }); } },
        ];
  return (
    <span className={css["menu"]} data-no-picture>
      <ActionMenu small label={t`What to do with ${name}`} entries={[...changes, ...rules, ...looks]} />
    </span>
  );
}
