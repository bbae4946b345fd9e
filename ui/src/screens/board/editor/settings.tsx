// A widget's settings beside the board; the widget itself is the preview.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { statisticsQuery } from "../../../api/queries.ts";
import type { Widget, WidgetKind } from "../../../api/types.ts";
import type { Edit, Settings as Change } from "../../../boards/edit.ts";
import { useKindsOn } from "../../../boards/kinds-on.ts";
import { asKind } from "../../../boards/kinds.ts";
import { chosenStats, costWords } from "../../../boards/settings.ts";
import { isChosen } from "../../../floor/select.ts";
import { Dropdown } from "../../../kit/controls.tsx";
import { Labelled, Written } from "../../../kit/fields.tsx";
import { IconButton } from "../../../kit/icon-button.tsx";
import type { Query } from "../../../live/frame.ts";
import { useFigures } from "../../../live/hooks.ts";
import { useWidgetDemand } from "../widget-frame.tsx";
import { useOptions } from "../widget-state.tsx";
import { Limits } from "./settings-limits.tsx";
import { Looks } from "./settings-looks.tsx";
import { Objects } from "./settings-objects.tsx";
import { Plain } from "./settings-plain.tsx";
import { Statistics } from "./settings-statistics.tsx";
import css from "./settings.module.css";

interface Props {
  readonly widget: Widget;
  readonly edit: (edit: Edit) => void;
  readonly onClose: () => void;
}

/** What every part of the settings is given. */
export interface PartProps {
  readonly widget: Widget;
  readonly set: (change: Change) => void;
}

export function Settings({ widget, edit, onClose }: Props) {
  const library = useQuery(statisticsQuery).data ?? [];
  const kinds = useKindsOn(widget.kind);
  const panel = useRef<HTMLElement>(null);
  const { id } = widget;
  useEffect(() => {
    panel.current?.querySelector<HTMLElement>("input, textarea")?.focus({ preventScroll: true });
    return () => {
      document.querySelector<HTMLElement>(`[data-handle="${id}"]`)?.focus({ preventScroll: true });
    };
  }, [id]);
  const set = (change: Change) => {
    edit({ do: "set", id, change });
  };
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Escape closes it from anywhere inside
    <aside
      ref={panel}
      className={css["panel"]}
      aria-label={t`Settings of ${widget.title}`}
      onKeyDown={(event) => {
        if (event.key === "Escape" && !event.defaultPrevented) onClose();
      }}
    >
      <header className={css["head"]}>
        <h2 className={css["name"]}><Trans>Settings</Trans></h2>
        <IconButton icon="close" label={t`Close the settings`} onPress={onClose} />
      </header>
      <div className={css["body"]}>
        <section className={css["part"]} aria-label={t`Title and kind`}>
          <Written
            label={t`Title`}
            value={widget.title}
            onChange={(title) => {
              set({ title });
            }}
          />
          <Labelled label={t`Shown as`}>
            <Dropdown
              label={t`Shown as`}
              value={widget.kind}
              choices={kinds.map(({ kind, word }) => ({ id: kind, label: word.charAt(0).toUpperCase() + word.slice(1) }))}
              onChange={(kind) => {
                set(asKind(library, widget, kind as WidgetKind));
              }}
            />
          </Labelled>
          {widget.query !== undefined && <Cost widget={widget} query={widget.query} />}
        </section>
        {widget.query === undefined ? (
          <Plain widget={widget} set={set} />
        ) : (
          <>
            <Objects widget={widget} query={widget.query} set={set} library={library} />
            <Statistics widget={widget} query={widget.query} set={set} library={library} />
            <Looks widget={widget} set={set} library={library} />
            <Limits widget={widget} set={set} library={library} />
          </>
        )}
      </div>
    </aside>
  );
}

function Cost({ widget, query }: { readonly widget: Widget; readonly query: Query }) {
  const { rows } = useFigures(useWidgetDemand(widget, query));
  const { select } = useOptions(widget);
  const shown = [...rows.values()].filter((row) => isChosen(row, select)).length;
  return <p className={css["cost"]}>{costWords(chosenStats(widget).length, shown)}</p>;
}
