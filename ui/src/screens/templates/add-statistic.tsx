// Adding a statistic: found by typing, told in words while one moves through the list.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useState, type KeyboardEvent } from "react";
import type { Statistic } from "../../api/types.ts";
import { profileOf, statType } from "../../boards/settings.ts";
import { shortTitle } from "../../floor/statistics.ts";
import { unitWords } from "../../floor/units.ts";
import { byText } from "../../kit/collate.ts";
import { Labelled } from "../../kit/fields.tsx";
import { Search } from "../../kit/controls.tsx";
import type { StatRef } from "../../live/frame.ts";
import css from "./templates.module.css";

interface Props {
  readonly isOne: boolean;
  readonly offered: readonly Statistic[];
  readonly chosen: readonly StatRef[];
  readonly onAdd: (name: string) => void;
}

const SHOWN_MAX = 60;

export function AddStatistic({ isOne, offered, chosen, onAdd }: Props) {
  const [query, setQuery] = useState("");
  const [looked, look] = useState<string | null>(null);
  const has = new Set(chosen.filter((stat) => profileOf(stat) === "Default").map(statType));
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const all = offered.filter((stat) => !has.has(stat.name)).map((stat) => ({ stat, label: stat.title === "" ? shortTitle(stat.name) : stat.title }));
  const found = all
    .filter(({ stat, label }) => words.every((word) => `${label} ${stat.title} ${stat.words} ${stat.name}`.toLowerCase().includes(word)))
    .sort((a, b) => byText(a.label, b.label))
    .slice(0, SHOWN_MAX);
  const told = found.find(({ stat }) => stat.name === looked) ?? found[0];
  const onKeyDown = (event: KeyboardEvent<HTMLUListElement>) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const buttons = [...event.currentTarget.querySelectorAll("button")];
    buttons[buttons.findIndex((button) => button === document.activeElement) + by]?.focus();
  };
  return (
    <Labelled label={isOne ? t`Choose another` : t`Add a statistic`}>
      <Search label={t`Find a statistic`} value={query} onChange={setQuery} />
      {found.length === 0 ? (
        <p className={css["quiet"]}><Trans>Nothing is called that.</Trans></p>
      ) : (
        <>
          {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- arrows go from one button to the next */}
          <ul className={css["offers"]} onKeyDown={onKeyDown}>
            {found.map(({ stat, label }) => (
              <li key={stat.name}>
                <button
                  type="button"
                  className={css["offer"]}
                  aria-describedby={told?.stat.name === stat.name ? "statistic-words" : undefined}
                  onFocus={() => { look(stat.name); }}
                  onMouseEnter={() => { look(stat.name); }}
                  onClick={() => { onAdd(stat.name); }}
                >
                  <span>{label}</span>
                  <span className={css["quiet"]}>{unitWords(stat.unit)}</span>
                </button>
              </li>
            ))}
          </ul>
          {told !== undefined && (
            <p id="statistic-words" className={css["hint"]}>
              <strong>{told.stat.title}</strong>: {told.stat.words} <span className={css["quiet"]}>({told.stat.name})</span>
            </p>
          )}
        </>
      )}
    </Labelled>
  );
}
