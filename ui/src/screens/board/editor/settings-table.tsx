// What is particular to a table: order, groups, pinned rows, small lines, rules for rows.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { objectsQuery } from "../../../api/queries.ts";
import { chosenStats, setOption, statType } from "../../../boards/settings.ts";
import { statName } from "../../../boards/words.ts";
import type { Format } from "../../../floor/formats.ts";
import { Button } from "../../../kit/button.tsx";
import { Dropdown, Segmented } from "../../../kit/controls.tsx";
import { Labelled, Toggle, Written } from "../../../kit/fields.tsx";
import { IconButton } from "../../../kit/icon-button.tsx";
import { PickList } from "../../../kit/pick-list.tsx";
import { readSorts, writeSorts } from "../../../parts/sorts.ts";
import { useOptions } from "../widget-state.tsx";
import type { PartProps } from "./settings.tsx";
import css from "./settings.module.css";

const TONES = [
  { id: "mark", label: t`Highlight` },
  { id: "warn", label: t`As a warning` },
  { id: "breach", label: t`As a breach` },
  { id: "quiet", label: t`Step back` },
];
const TESTS = [
  { id: "above", label: t`is over` },
  { id: "below", label: t`is under` },
  { id: "is", label: t`is` },
  { id: "is-not", label: t`is not` },
];

export function TableLooks({ widget, set, isOfAll, onGrouped }: PartProps & { readonly isOfAll: boolean; readonly onGrouped: (isGrouped: boolean) => void }) {
  const options = useOptions(widget);
  const stats = chosenStats(widget);
  const objects = useQuery(objectsQuery(widget.query?.object_type ?? "Queue")).data ?? [];
  const sorts = readSorts(options.sort);
  const columns = [{ id: "", label: t`Worst first` }, { id: "name", label: t`Name` }, ...stats.map((stat) => ({ id: statType(stat), label: statName(stat) }))];
  const sortAt = (ix: number, column: string) => {
    const next = [...sorts.slice(0, ix), ...(column === "" ? [] : [{ column, direction: column === "name" ? ("ascending" as const) : ("descending" as const) }]), ...(column === "" ? [] : sorts.slice(ix + 1))];
    set(setOption(widget, "sort", next.length === 0 ? undefined : writeSorts(next).split(",")));
  };
  const formats = (next: readonly Format[]) => {
    set(setOption(widget, "formats", next));
  };
  return (
    <section className={css["part"]} aria-label={t`Appearance`}>
      <h3><Trans>Appearance</Trans></h3>
      <Labelled label={t`Order`}>
        <Dropdown label={t`Order`} value={sorts[0]?.column ?? ""} choices={columns} onChange={(column) => { sortAt(0, column); }} />
        {sorts.length > 0 && <Dropdown label={t`Then by`} value={sorts[1]?.column ?? ""} choices={[{ id: "", label: t`Then by name` }, ...columns.slice(1).filter(({ id }) => id !== sorts[0]?.column)]} onChange={(column) => { sortAt(1, column); }} />}
      </Labelled>
      <Segmented label={t`Height of rows`} value={options.density} choices={[{ id: "compact", label: t`Compact` }, { id: "normal", label: t`Normal` }]} onChange={(density) => { set(setOption(widget, "density", density === "compact" ? undefined : density)); }} />
      <Toggle label={t`Under groups, with sub-totals`} isOn={options.isGrouped} onChange={onGrouped} />
      {!isOfAll && <Labelled label={t`Pinned on top`}>
        <PickList label={t`Find rows to pin`} items={objects.map(({ object, name }) => ({ id: object, label: name }))} chosen={options.pinned} onChange={(pinned) => { set(setOption(widget, "pinned", pinned)); }} />
      </Labelled>}
      <Labelled label={t`Small lines of the last hour`}>
        {stats.map((stat) => (
          <Toggle
            key={statType(stat)}
            label={statName(stat)}
            isOn={options.sparks.has(statType(stat))}
            onChange={(isOn) => {
              const others = [...options.sparks].filter((name) => name !== statType(stat));
              set(setOption(widget, "sparks", isOn ? [...others, statType(stat)] : others));
            }}
          />
        ))}
      </Labelled>
      <Labelled label={t`Rules for rows`} help={t`The first rule that a row meets decides.`}>
        {options.formats.map((format, ix) => (
          <div key={ix} className={css["rule"]}>
            <Dropdown label={t`Statistic`} value={format.statistic} choices={columns.slice(2)} onChange={(statistic) => { formats(options.formats.map((each, at) => (at === ix ? { ...each, statistic } : each))); }} />
            <Dropdown label={t`Test`} value={format.test} choices={TESTS} onChange={(test) => { formats(options.formats.map((each, at) => (at === ix ? { ...each, test: test as Format["test"] } : each))); }} />
            <Written label={t`Value`} value={format.value} onChange={(value) => { formats(options.formats.map((each, at) => (at === ix ? { ...each, value } : each))); }} />
            <Dropdown label={t`Look`} value={format.tone} choices={TONES} onChange={(tone) => { formats(options.formats.map((each, at) => (at === ix ? { ...each, tone: tone as Format["tone"] } : each))); }} />
            <IconButton small icon="close" label={t`Remove the rule`} onPress={() => { formats(options.formats.filter((_, at) => at !== ix)); }} />
          </div>
        ))}
        <Button onPress={() => { const [first] = stats; if (first !== undefined) formats([...options.formats, { statistic: statType(first), test: "above", value: "0", tone: "mark" }]); }}><Trans>Add a rule</Trans></Button>
      </Labelled>
    </section>
  );
}
