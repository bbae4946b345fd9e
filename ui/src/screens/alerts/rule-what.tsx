// What a rule watches: which number of which objects.
import { t } from "@lingui/core/macro";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { Rule } from "../../api/alerts.ts";
import { objectsQuery } from "../../api/queries.ts";
import type { Statistic } from "../../api/types.ts";
import { typeWords } from "../../floor/object-types.ts";
import { Dropdown, Segmented } from "../../kit/controls.tsx";
import { Labelled, Written } from "../../kit/fields.tsx";
import { PickList } from "../../kit/pick-list.tsx";

interface Props {
  readonly rule: Rule;
  readonly statistics: readonly Statistic[];
  readonly onChange: (part: Partial<Rule>) => void;
}

type Which = "all" | "these" | "like";

const whichOf = (objects: readonly string[]): Which => (objects.includes("*") ? "all" : objects.some((id) => /[*?]/.test(id)) ? "like" : "these");

export function RuleWhat({ rule, statistics, onChange }: Props) {
  const [which, setWhich] = useState<Which>(whichOf(rule.objects));
  const objects = useQuery(objectsQuery(rule.object_type)).data ?? [];
  const types = useMemo(() => [...new Set(statistics.flatMap(({ object_types }) => object_types))].map((id) => ({ id, label: typeWords(id) })), [statistics]);
  const offered = useMemo(() => statistics.filter(({ object_types }) => object_types.includes(rule.object_type)).map(({ name, title, words }) => ({ id: name, label: title, note: words })), [statistics, rule.object_type]);
  const choose = (next: Which) => {
    setWhich(next);
    onChange({ objects: next === "all" ? ["*"] : [] });
  };
  const pick = ([name]: readonly string[]) => {
    const statistic = statistics.find((each) => each.name === name);
    if (name === undefined || statistic === undefined) return;
    const isStates = statistic.unit === "status";
    const fits = isStates === (rule.condition.is === "state");
    onChange({ statistic: { stat_type: name }, ...(fits ? {} : { condition: isStates ? { is: "state", states: [] } : { is: "above", raise: 0 } }) });
  };
  return (
    <>
      <Labelled label={t`Objects`}>
        <Dropdown
          label={t`Type of objects`}
          value={rule.object_type}
          choices={types}
          onChange={(type) => {
            const isOffered = statistics.some(({ name, object_types }) => name === rule.statistic.stat_type && object_types.includes(type));
            onChange({ object_type: type, objects: which === "all" ? ["*"] : [], ...(isOffered ? {} : { statistic: { stat_type: "" } }) });
          }}
        />
        <Segmented
          label={t`Which of them`}
          value={which}
          choices={[
            { id: "all", label: t`All` },
            { id: "these", label: t`Chosen` },
            { id: "like", label: t`By pattern` },
          ]}
          onChange={choose}
        />
      </Labelled>
      {which === "these" && <PickList label={t`Find objects`} items={objects.map(({ object, name }) => ({ id: object, label: name, note: object }))} chosen={rule.objects} onChange={(chosen) => { onChange({ objects: chosen }); }} />}
      {which === "like" && (
        <Written
          label={t`Patterns`}
          help={t`Ids with commas between; * stands for any characters, ? for one: 80*, 9001@sw1`}
          value={rule.objects.join(", ")}
          onChange={(text) => {
            onChange({ objects: text.split(",").map((id) => id.trim()).filter(Boolean) });
          }}
        />
      )}
      <Labelled label={t`Number`}>
        <PickList label={t`Find a statistic`} items={offered} chosen={[rule.statistic.stat_type]} isSingle onChange={pick} />
      </Labelled>
    </>
  );
}
