// Which statistics a widget shows, in which order, over which time; each with what it means.
import { byText } from "../../../kit/collate.ts";
import { t } from "@lingui/core/macro";
import type { Statistic } from "../../../api/types.ts";
import { kindInfo, offered } from "../../../boards/kinds.ts";
import { chosenStats, isFormula, moved, profileOf, statType, withProfile, withStatistics } from "../../../boards/settings.ts";
import { statName } from "../../../boards/words.ts";
import { PROFILES } from "../../../floor/interval.ts";
import { SHOWN, shortTitle } from "../../../floor/statistics.ts";
import { unitWords } from "../../../floor/units.ts";
import { Dropdown } from "../../../kit/controls.tsx";
import { Labelled } from "../../../kit/fields.tsx";
import { IconButton } from "../../../kit/icon-button.tsx";
import { PickList } from "../../../kit/pick-list.tsx";
import type { Query, StatRef } from "../../../live/frame.ts";
import type { PartProps } from "./settings.tsx";
import css from "./settings.module.css";

export function Statistics({ widget, query, set, library }: PartProps & { readonly query: Query; readonly library: readonly Statistic[] }) {
  const isOne = kindInfo(widget.kind).statistics === "one";
  const chosen = chosenStats(widget);
  const known = new Set(library.map(({ name }) => name));
  const byName = new Map(library.map((stat) => [stat.name, stat]));
  const change = (next: readonly StatRef[]) => {
    if (next.length > 0) set(withStatistics(widget, next, known));
  };
  const items = offered(library, widget.kind, query.object_type)
    .map(({ name, title, unit }) => ({ id: name, label: shortTitle(name, title), note: unitWords(unit) }))
    .sort((a, b) => byText(a.label, b.label));
  return (
    <section className={css["part"]} aria-label={t`Statistics`}>
      <h3>{isOne ? t`Statistic` : t`Statistics`}</h3>
      <div className={css["stats"]}>
        {chosen.map((stat, ix) => (
          <div key={`${statType(stat)} ${profileOf(stat)}`} className={css["stat"]}>
            <span className={css["statName"]} title={byName.get(statType(stat))?.words}>
              {statName(stat)}
            </span>
            {!isOne && chosen.length > 1 ? (
              <>
                <IconButton small icon="up" label={t`Move ${statName(stat)} up`} isDisabled={ix === 0} onPress={() => { change(moved(chosen, ix, -1)); }} />
                <IconButton small icon="down" label={t`Move ${statName(stat)} down`} isDisabled={ix === chosen.length - 1} onPress={() => { change(moved(chosen, ix, 1)); }} />
                <IconButton small icon="close" label={t`Leave ${statName(stat)} out`} onPress={() => { change(chosen.filter((each) => each !== stat)); }} />
              </>
            ) : null}
            {!isFormula(stat) && SHOWN[statType(stat)]?.span !== "now" && byName.get(statType(stat))?.unit !== "status" && (
              <div className={css["profile"]}>
                <Dropdown
                  label={t`Time that ${statName(stat)} covers`}
                  value={profileOf(stat)}
                  choices={PROFILES.map(({ id, label }) => ({ id, label }))}
                  onChange={(profile) => {
                    change(chosen.map((each) => (each === stat ? withProfile(each, profile) : each)));
                  }}
                />
              </div>
            )}
          </div>
        ))}
      </div>
      <Labelled label={isOne ? t`Choose another` : t`Add or leave out`}>
        <PickList
          label={t`Find a statistic`}
          isSingle={isOne}
          items={items}
          chosen={chosen.filter((stat) => typeof stat === "string" || profileOf(stat) !== "Default").map(statType)}
          onChange={(names) => {
            const kept = chosen.filter((stat) => isFormula(stat) || names.includes(statType(stat)));
            const added = names.filter((name) => !kept.some((stat) => statType(stat) === name));
            change(isOne ? names : [...kept, ...added]);
          }}
        />
      </Labelled>
    </section>
  );
}
