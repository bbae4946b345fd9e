// One column: its heading, the time that it covers or how it is computed, and when its number deserves attention.
import { t } from "@lingui/core/macro";
import type { Statistic, Widget } from "../../api/types.ts";
import type { Settings } from "../../boards/edit.ts";
import { limitedOf } from "../../boards/limit-trial.ts";
import { isFormula, profileOf, statType, withLimit, type LimitText } from "../../boards/settings.ts";
import { withPart } from "../../boards/template-edit.ts";
import { statName } from "../../boards/words.ts";
import { PROFILES } from "../../floor/interval.ts";
import { SHOWN } from "../../floor/statistics.ts";
import { Dropdown, Segmented } from "../../kit/controls.tsx";
import { Amount, Labelled, Written } from "../../kit/fields.tsx";
import type { StatRef } from "../../live/frame.ts";
import { useOptions } from "../board/widget-state.tsx";
import { LimitTrial } from "./limit-trial.tsx";
import css from "./templates.module.css";

interface Props {
  readonly widget: Widget;
  /** As it is stored; null: the template is new. */
  readonly stored: Widget | null;
  readonly stat: StatRef;
  readonly library: readonly Statistic[];
  readonly fault: string | null;
  readonly set: (change: Settings) => void;
  readonly onChange: (stat: StatRef) => void;
}

/** Categories of what is now cover no time. */
// eslint-disable-next-line lingui/no-unlocalized-strings -- how their names begin
const OF_NOW = "Current";

const FORMATS = [
  { id: "", label: t`As it comes out` },
  { id: "count", label: t`A number` },
  { id: "seconds", label: t`A time` },
  { id: "percent", label: t`Percent` },
  { id: "number", label: t`With decimals` },
];

export function ColumnSettings({ widget, stored, stat, library, fault, set, onChange }: Props) {
  const name = statType(stat);
  const known = library.find((each) => each.name === name);
  const part = typeof stat === "string" ? {} : (stat as { readonly title?: string; readonly filter?: string; readonly formula?: string; readonly unit?: string });
  const hasTime = !isFormula(stat) && SHOWN[name]?.span !== "now" && known?.unit !== "status" && known?.category.startsWith(OF_NOW) !== true;
  const limited = limitedOf(widget, name);
  return (
    <div className={css["settings"]} role="group" aria-label={t`Settings of ${statName(stat)}`}>
      {known !== undefined && <p className={css["hint"]}>{known.words}</p>}
      <Written label={t`Heading`} placeholder={known === undefined ? "" : statName(name)} value={part.title ?? ""} onChange={(title) => { onChange(withPart(stat, "title", title)); }} />
      {isFormula(stat) && (
        <>
          <Written label={t`Formula`} help={t`Of other columns by their names, as Calls_Answered / Calls_Entered; total(…) is over all rows.`} error={fault} value={part.formula ?? ""} onChange={(formula) => { onChange(withPart(stat, "formula", formula)); }} />
          <Labelled label={t`Shown as`}>
            <Dropdown label={t`Shown as`} value={part.unit ?? ""} choices={FORMATS} onChange={(unit) => { onChange(withPart(stat, "unit", unit)); }} />
          </Labelled>
        </>
      )}
      {hasTime && (
        <Labelled label={t`Time that it covers`}>
          <Dropdown label={t`Time that it covers`} value={profileOf(stat)} choices={PROFILES.map(({ id, label }) => ({ id, label }))} onChange={(profile) => { onChange(withPart(stat, "time_profile", profile === "Default" ? "" : profile)); }} />
        </Labelled>
      )}
      {!isFormula(stat) && (
        <Written label={t`Only if`} help={t`A condition on attached data, as PairExists("Language","Spanish"); else all counts.`} error={fault} value={part.filter ?? ""} onChange={(filter) => { onChange(withPart(stat, "filter", filter)); }} />
      )}
      {known?.unit !== "status" && <Limit key={name} widget={widget} name={name} unit={known?.unit ?? part.unit ?? ""} set={set} />}
      {known !== undefined && known.unit !== "status" && limited !== null && <LimitTrial objectType={widget.query?.object_type ?? ""} now={limited} stored={stored === null ? null : limitedOf(stored, name)} />}
    </div>
  );
}

const UNITS: Readonly<Record<string, string>> = { seconds: t`in seconds`, percent: t`in percent` };

function Limit({ widget, name, unit, set }: { readonly widget: Widget; readonly name: string; readonly unit: string; readonly set: (change: Settings) => void }) {
  const said = useOptions(widget).thresholds[name];
  const limit: LimitText = { warn: said?.warn ?? null, breach: said?.breach ?? null, when: said?.when ?? "above", back: said?.back ?? null };
  const change = (part: Partial<LimitText>) => { set(withLimit(widget, name, { ...limit, ...part })); };
  return (
    <Labelled label={UNITS[unit] === undefined ? t`Limits` : t`Limits, ${UNITS[unit]}`}>
      <div className={css["limits"]}>
        <Segmented label={t`On which side`} value={limit.when} choices={[{ id: "above", label: t`Over` }, { id: "below", label: t`Under` }]} onChange={(when) => { change({ when }); }} />
        <Amount label={t`Warn`} value={limit.warn} placeholder={t`never`} onChange={(warn) => { change({ warn }); }} />
        <Amount label={t`Limit`} value={limit.breach} placeholder={t`never`} onChange={(breach) => { change({ breach }); }} />
        <Amount label={t`Falls after`} value={limit.back} placeholder="0" onChange={(back) => { change({ back }); }} />
      </div>
    </Labelled>
  );
}
