// When a number deserves attention: warning and limit for each statistic, on which side, and how far it must come back.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import type { Statistic } from "../../../api/types.ts";
import { chosenStats, isFormula, statType, withLimit, type LimitText } from "../../../boards/settings.ts";
import { statName } from "../../../boards/words.ts";
import { Segmented } from "../../../kit/controls.tsx";
import { Amount } from "../../../kit/fields.tsx";
import { useOptions } from "../widget-state.tsx";
import type { PartProps } from "./settings.tsx";
import css from "./settings.module.css";

const UNITS: Readonly<Record<string, string>> = { seconds: t`in seconds`, percent: t`in percent` };

export function Limits({ widget, set, library }: PartProps & { readonly library: readonly Statistic[] }) {
  const { thresholds } = useOptions(widget);
  const byName = new Map(library.map((stat) => [stat.name, stat]));
  const numbers = chosenStats(widget).filter((stat) => isFormula(stat) || byName.get(statType(stat))?.unit !== "status");
  if (numbers.length === 0 || widget.kind === "donut" || widget.kind === "bar" || widget.kind === "heat") return null;
  return (
    <section className={css["part"]} aria-label={t`Limits`}>
      <h3><Trans>Limits</Trans></h3>
      {numbers.map((stat) => {
        const name = statType(stat);
        const known = thresholds[name];
        const limit: LimitText = { warn: known?.warn ?? null, breach: known?.breach ?? null, when: known?.when ?? "above", back: known?.back ?? null };
        const change = (part: Partial<LimitText>) => {
          set(withLimit(widget, name, { ...limit, ...part }));
        };
        const unit = UNITS[byName.get(name)?.unit ?? ""];
        return (
          <div key={name} className={css["limit"]} role="group" aria-label={t`Limits of ${statName(stat)}`}>
            <div className={css["limitHead"]}>
              <span className={css["statName"]}>
                {statName(stat)}
                {unit !== undefined && <span className={css["quiet"]}> {unit}</span>}
              </span>
              <Segmented label={t`On which side`} value={limit.when} choices={[{ id: "above", label: t`Over` }, { id: "below", label: t`Under` }]} onChange={(when) => { change({ when }); }} />
            </div>
            <Amount label={t`Warn`} value={limit.warn} placeholder={t`never`} onChange={(warn) => { change({ warn }); }} />
            <Amount label={t`Limit`} value={limit.breach} placeholder={t`never`} onChange={(breach) => { change({ breach }); }} />
            <Amount label={t`Falls after`} value={limit.back} placeholder="0" onChange={(back) => { change({ back }); }} />
          </div>
        );
      })}
      <p className={css["quiet"]}><Trans>“Falls after”: how far a value must come back before its mark goes, so that it does not blink.</Trans></p>
    </section>
  );
}
