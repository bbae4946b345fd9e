// The agent board: everyone's state, as a list or as a map of the floor.
import { t } from "@lingui/core/macro";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { numberOf } from "../../floor/object-types.ts";
import { KIND_WORDS, KINDS, type StateKind } from "../../floor/states.ts";
import { DEFAULTS } from "../../floor/thresholds.ts";
import { Chips, Dropdown, Search, Segmented } from "../../kit/controls.tsx";
import type { Figures } from "../../live/figures.ts";
import { useSampled } from "../../live/hooks.ts";
import { nextSort, readSort } from "../../parts/grid-columns.ts";
import { Inspector } from "../../parts/inspector.tsx";
import { useAgents } from "../../parts/library.ts";
import { LiveState } from "../../parts/live-state.tsx";
import { Page } from "../../parts/page.tsx";
import { StateShape } from "../../parts/state-shape.tsx";
import shared from "../board-page.module.css";
import { AgentList } from "./agent-list.tsx";
import css from "./agents.module.css";
import { FloorMap } from "./floor-map.tsx";
import { ALL_GROUPS, readStates, selectAgents, type Selected } from "./select.ts";

const route = getRouteApi("/agents");
type View = "list" | "map";

export function AgentsPage() {
  const { q = "", group = ALL_GROUPS, state, view: viewText, sort: sortText, open } = route.useSearch();
  const navigate = route.useNavigate();
  const key = useAgents();
  const view: View = viewText === "map" ? "map" : "list";
  const sort = useMemo(() => readSort(sortText), [sortText]);
  const states = useMemo(() => readStates(state), [state]);
  const compute = useCallback((figures: Figures) => selectAgents(figures, { query: q, group, states }, sort), [q, group, states, sort]);
  const selected = useSampled(key, 1000, compute);
  const change = (search: Partial<Record<"q" | "group" | "state" | "view" | "sort" | "open", string | undefined>>, replace = true) =>
    void navigate({ search: (was) => withoutEmpty({ ...was, ...search }), replace });
  const openAgent = (row: string | number) => {
    change({ open: selected.objects.get(row) }, false);
  };

  return (
    <Page
      title={t`Agents`}
      of={[key]}
      note={selected.total > 0 ? <Note selected={selected} /> : undefined}
      tools={
        <>
          <Search label={t`Find an agent`} value={q} onChange={(value) => { change({ q: value }); }} />
          <Dropdown label={t`Group`} value={group} choices={groupChoices(selected.groups)} onChange={(value) => { change({ group: value === ALL_GROUPS ? undefined : value }); }} />
          <Segmented label={t`View`} value={view} choices={[{ id: "list", label: t`List` }, { id: "map", label: t`Floor map` }]} onChange={(value) => { change({ view: value === "list" ? undefined : value }); }} />
        </>
      }
    >
      <div className={css["states"]}>
        <Chips<StateKind>
          label={t`Only these states`}
          value={states}
          onChange={(value) => { change({ state: value.join(",") }); }}
          choices={KINDS.filter((kind) => kind !== "unknown" || selected.counts.unknown > 0).map((kind) => ({
            id: kind,
            label: (
              <>
                <StateShape kind={kind} />
                {KIND_WORDS[kind]}
                <span className={css["number"]}>{selected.counts[kind]}</span>
              </>
            ),
          }))}
        />
      </div>
      <div className={shared["area"]}>
        <LiveState of={key} what="agents" isFiltered={q !== "" || states.length > 0 || group !== ALL_GROUPS} shownRows={selected.wanted.length}>
          {view === "map" ? (
            <FloorMap of={key} seats={selected.seats} onOpen={openAgent} />
          ) : (
            <AgentList of={key} wanted={selected.wanted} reason={[sortText, q, group, state].join("|")} sort={sort} onSort={(column) => { change({ sort: nextSort(sort, column, column === "name" || column === "groups") }); }} onOpen={openAgent} />
          )}
        </LiveState>
      </div>
      {open !== undefined && <Inspector of={key} object={open} thresholds={DEFAULTS} onClose={() => { change({ open: undefined }, false); }} foot={<Link to="/agents/$agent" params={{ agent: open }}>{t`The page of this agent`}</Link>} />}
    </Page>
  );
}

function Note({ selected: { counts, total, wanted } }: { readonly selected: Selected }) {
  const loggedIn = total - counts.out - counts.unknown;
  return <>{wanted.length < total ? t`${wanted.length} of ${numberOf("Agent", total)}` : t`${loggedIn} of ${numberOf("Agent", total)} logged in`}</>;
}

const groupChoices = (groups: readonly string[]) => [{ id: ALL_GROUPS, label: t`All groups` }, ...groups.map((group) => ({ id: group, label: group }))];

/** An address carries only what differs from the default. */
function withoutEmpty<T extends Record<string, string | undefined>>(search: T): T {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined && value !== "")) as T;
}
