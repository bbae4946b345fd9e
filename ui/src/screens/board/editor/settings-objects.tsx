// Which objects a widget shows: all, those of groups, those whose name says something, or chosen ones.
import { byText } from "../../../kit/collate.ts";
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { objectsQuery } from "../../../api/queries.ts";
import type { Statistic } from "../../../api/types.ts";
import { firstQuery, kindInfo } from "../../../boards/kinds.ts";
import { setOption } from "../../../boards/settings.ts";
import { readSelection } from "../../../floor/select.ts";
import { Dropdown, Segmented } from "../../../kit/controls.tsx";
import { Labelled, Written } from "../../../kit/fields.tsx";
import { PickList } from "../../../kit/pick-list.tsx";
import type { Query } from "../../../live/frame.ts";
import { typeWords } from "../../../floor/object-types.ts";
import type { PartProps } from "./settings.tsx";
import css from "./settings.module.css";

type How = "all" | "groups" | "name" | "these";

export function Objects({ widget, query, set, library }: PartProps & { readonly query: Query; readonly library: readonly Statistic[] }) {
  const select = readSelection(widget.options?.["select"]);
  const objects = useQuery(objectsQuery(query.object_type)).data ?? [];
  const [how, setHow] = useState<How>(query.objects !== "*" ? "these" : select.groups.length > 0 ? "groups" : select.name !== "" ? "name" : "all");
  const types = kindInfo(widget.kind).objectTypes ?? [...new Set(library.flatMap((stat) => stat.object_types))].sort();
  const groups = [...new Set(objects.flatMap((object) => object.groups ?? []))].sort((a, b) => byText(a, b));
  const all: Query = { ...query, objects: "*" };
  const choose = (next: How) => {
    setHow(next);
    if (next === "all") set({ query: all, ...setOption(widget, "select", undefined) });
  };
  return (
    <section className={css["part"]} aria-label={t`Objects`}>
      <h3><Trans>Objects</Trans></h3>
      <Dropdown
        label={t`Kind of objects`}
        value={query.object_type}
        choices={types.map((id) => ({ id, label: typeWords(id) }))}
        onChange={(type) => {
          const next = firstQuery(library, widget.kind, type);
          if (next === undefined || next.statistics.length === 0) return;
          setHow("all");
          set({ query: next, ...setOption(widget, "select", undefined) });
        }}
      />
      <Segmented
        label={t`Which objects`}
        value={how}
        onChange={choose}
        choices={[
          { id: "all", label: t`All` },
          { id: "groups", label: t`Groups` },
          { id: "name", label: t`Name` },
          { id: "these", label: t`Chosen` },
        ]}
      />
      {how === "groups" && (
        <Labelled label={t`In one of these groups`} help={t`Who joins a group later is shown as well.`}>
          <PickList
            label={t`Find a group`}
            items={groups.map((group) => ({ id: group, label: group, note: String(objects.filter((object) => object.groups?.includes(group)).length) }))}
            chosen={select.groups}
            none={t`There are no groups.`}
            onChange={(chosen) => {
              set({ query: all, ...setOption(widget, "select", chosen.length === 0 ? undefined : { groups: chosen }) });
            }}
          />
        </Labelled>
      )}
      {how === "name" && (
        <Written
          label={t`Name or number contains`}
          value={select.name}
          help={t`What is named like that later is shown as well.`}
          onChange={(name) => {
            set({ query: all, ...setOption(widget, "select", name === "" ? undefined : { name }) });
          }}
        />
      )}
      {how === "these" && (
        <PickList
          label={t`Find objects`}
          items={objects.map(({ object, name }) => ({ id: object, label: name, note: object }))}
          chosen={query.objects === "*" ? [] : query.objects}
          onChange={(chosen) => {
            set({ query: { ...query, objects: chosen.length === 0 ? "*" : chosen }, ...setOption(widget, "select", undefined) });
          }}
        />
      )}
    </section>
  );
}
