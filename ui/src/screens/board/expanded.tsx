// One widget over the whole page, with the rows that it is made of.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo } from "react";
import type { Board, Widget } from "../../api/types.ts";
import { zoneOf } from "../../boards/edit.ts";
import { chosenStats, statType } from "../../boards/settings.ts";
import { readOptions } from "../../floor/options.ts";
import { typeWords } from "../../floor/object-types.ts";
import { Page } from "../../parts/page.tsx";
import { BoardZone } from "../../parts/zone.ts";
import { Timed } from "../../past/timed.tsx";
import { BoardContext, type BoardSetting } from "./board-context.ts";
import { BoardInspector } from "./board-inspector.tsx";
import css from "./board.module.css";
import { WidgetFrame } from "./widget-frame.tsx";

const route = getRouteApi("/boards/$board");

/** Of these the rows are the widget itself. */
const ROWS_THEMSELVES: readonly Widget["kind"][] = ["grid", "timeline", "heat"];

export default function Expanded({ board, widget }: { readonly board: Board; readonly widget: Widget }) {
  const { object } = route.useSearch();
  const navigate = route.useNavigate();
  const setting = useMemo(
    (): BoardSetting => ({
      board: board.id,
      isShared: false, isStill: false,
      edit: null,
      chosen: null,
      choose: () => undefined,
      expand: () => undefined,
      open: (of, name) => void navigate({ search: (now) => ({ ...now, object: name, of }) }),
    }),
    [board.id, navigate],
  );
  const rows = useMemo((): Widget => {
    const { sort: _, ...options } = { ...widget.options };
    const [first] = chosenStats(widget);
    const name = first === undefined ? "" : statType(first);
    // Who makes the number what it is stands first.
    const sort = first === undefined ? [] : [readOptions(widget.options, name).thresholds[name]?.when === "below" ? name : `-${name}`];
    const type = typeWords(widget.query?.object_type ?? "");
    return { ...widget, id: `${widget.id}-rows`, kind: "grid", title: t`Behind it: ${type}`, options: { ...options, sort, support: [] } };
  }, [widget]);
  const hasRows = widget.query !== undefined && !ROWS_THEMSELVES.includes(widget.kind);
  return (
    <Page
      title={
        <>
          <Link to="/boards" className={css["up"]}>
            <Trans>Boards</Trans>
          </Link>
          <Slash />
          <route.Link to="." search={(now) => ({ tab: now.tab, at: now.at, vs: now.vs })} className={css["up"]}>
            {board.title}
          </route.Link>
          <Slash />
          {widget.title}
        </>
      }
    >
      <BoardContext value={setting}>
        <BoardZone value={zoneOf(board)}>
        <Timed>
        <div className={css["stage"]}>
          <div className={css["alone"]} data-rows={hasRows || undefined} data-small={widget.kind === "kpi" || widget.kind === "gauge" || undefined}>
            <WidgetFrame widget={widget} isAlone />
            {hasRows && <WidgetFrame widget={rows} isAlone />}
          </div>
          {object !== undefined && widget.query !== undefined && (
            <BoardInspector
              widget={widget}
              query={widget.query}
              object={object}
              onClose={() => {
                void navigate({ search: (now) => ({ ...now, object: undefined, of: undefined }) });
              }}
            />
          )}
        </div>
        </Timed>
        </BoardZone>
      </BoardContext>
    </Page>
  );
}

const Slash = () => (
  <span className={css["slash"]} aria-hidden>
    /
  </span>
);
