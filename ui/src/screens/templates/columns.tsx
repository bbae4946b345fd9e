// The columns of a template: in which order, what each means and when it deserves attention; others are added by their words.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useRef, useState, type DragEvent, type KeyboardEvent } from "react";
import type { Checked } from "../../api/templates.ts";
import type { Statistic, Widget } from "../../api/types.ts";
import type { Settings } from "../../boards/edit.ts";
import { kindInfo, offered } from "../../boards/kinds.ts";
import { chosenStats, isFormula, moved, profileOf, statType } from "../../boards/settings.ts";
import { dropped, newFormula } from "../../boards/template-edit.ts";
import { statName } from "../../boards/words.ts";
import { Button } from "../../kit/button.tsx";
import { IconButton } from "../../kit/icon-button.tsx";
import type { StatRef } from "../../live/frame.ts";
import { AddStatistic } from "./add-statistic.tsx";
import { ColumnSettings } from "./column-settings.tsx";
import css from "./templates.module.css";

interface Props {
  readonly widget: Widget;
  /** As it is stored; null: the template is new. */
  readonly stored: Widget | null;
  readonly library: readonly Statistic[];
  readonly checked: Checked | undefined;
  readonly set: (change: Settings) => void;
  readonly onColumns: (statistics: readonly StatRef[]) => void;
}

export function Columns({ widget, stored, library, checked, set, onColumns }: Props) {
  const chosen = chosenStats(widget);
  const isOne = kindInfo(widget.kind).statistics === "one";
  const [open, setOpen] = useState<number | null>(null);
  const [said, setSaid] = useState("");
  const from = useRef<number | null>(null);
  const list = useRef<HTMLOListElement>(null);
  const put = (next: readonly StatRef[], ix: number | null) => {
    onColumns(next);
    setOpen(ix);
  };
  const go = (ix: number, by: -1 | 1) => {
    const next = moved(chosen, ix, by);
    const stat = chosen[ix];
    if (next === chosen || stat === undefined) return;
    put(next, open === ix ? ix + by : open === ix + by ? ix : open);
    setSaid(t`${statName(stat)}: column ${ix + by + 1} of ${chosen.length}`);
    // The keyboard stays with what it moves.
    requestAnimationFrame(() => {
      list.current?.querySelectorAll<HTMLElement>("[data-column]")[ix + by]?.focus();
    });
  };
  const onKeyDown = (ix: number) => (event: KeyboardEvent) => {
    if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      go(ix, event.key === "ArrowUp" ? -1 : 1);
    } else if (event.key === "Delete" && chosen.length > 1) {
      event.preventDefault();
      put(chosen.filter((_, at) => at !== ix), null);
    }
  };
  const drop = (ix: number) => (event: DragEvent) => {
    event.preventDefault();
    const at = from.current;
    from.current = null;
    if (at !== null && at !== ix) put(dropped(chosen, at, ix), null);
  };
  const faults = new Map(checked?.columns.map(({ name, fault }) => [name, fault]));
  return (
    <section className={css["part"]} aria-label={t`Columns`}>
      <h2>{isOne ? t`Statistic` : t`Columns`}</h2>
      <ol className={css["columns"]} ref={list}>
        {chosen.map((stat, ix) => (
          <li
            key={`${statType(stat)} ${profileOf(stat)}`}
            className={css["column"]}
            draggable={!isOne}
            onDragStart={() => { from.current = ix; }}
            onDragOver={(event) => { if (from.current !== null) event.preventDefault(); }}
            onDrop={drop(ix)}
            data-wrong={(faults.get(statType(stat)) ?? null) !== null || undefined}
          >
            <button
              type="button"
              data-column
              className={css["columnName"]}
              aria-expanded={open === ix}
              aria-keyshortcuts={isOne ? undefined : "Alt+ArrowUp Alt+ArrowDown Delete"}
              onClick={() => { setOpen(open === ix ? null : ix); }}
              onKeyDown={onKeyDown(ix)}
            >
              {statName(stat)}
              {isFormula(stat) && <span className={css["tag"]}><Trans>formula</Trans></span>}
            </button>
            {!isOne && chosen.length > 1 && (
              <span className={css["columnKeys"]}>
                <IconButton small icon="up" label={t`Move ${statName(stat)} up`} isDisabled={ix === 0} onPress={() => { go(ix, -1); }} />
                <IconButton small icon="down" label={t`Move ${statName(stat)} down`} isDisabled={ix === chosen.length - 1} onPress={() => { go(ix, 1); }} />
                <IconButton small icon="close" label={t`Leave ${statName(stat)} out`} onPress={() => { put(chosen.filter((_, at) => at !== ix), null); }} />
              </span>
            )}
            {open === ix && (
              <ColumnSettings
                widget={widget}
                stored={stored}
                stat={stat}
                library={library}
                fault={faults.get(statType(stat)) ?? null}
                set={set}
                onChange={(next) => { onColumns(chosen.map((each, at) => (at === ix ? next : each))); }}
              />
            )}
          </li>
        ))}
      </ol>
      <p className="heard" role="status" aria-live="polite">{said}</p>
      {!isOne && (
        <p className={css["quiet"]}><Trans>Drag a column, or move it with Alt and the arrow keys.</Trans></p>
      )}
      <AddStatistic
        isOne={isOne}
        offered={offered(library, widget.kind, widget.query?.object_type ?? "")}
        chosen={chosen}
        onAdd={(name) => { put(isOne ? [name] : [...chosen, name], null); }}
      />
      {!isOne && (
        <div>
          <Button onPress={() => { put([...chosen, newFormula(chosen, t`Formula`)], chosen.length); }}><Trans>Add a formula</Trans></Button>
        </div>
      )}
    </section>
  );
}
