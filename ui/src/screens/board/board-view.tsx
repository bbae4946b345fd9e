// What a board shows: tabs, widgets of the chosen tab, and beside them one object when somebody asks for it.
import { t } from "@lingui/core/macro";
import { getRouteApi } from "@tanstack/react-router";
import { useCallback, useMemo, useState, type ReactNode } from "react";
import type { Board } from "../../api/types.ts";
import { tabOf, widgetsOn, zoneOf, type Edit } from "../../boards/edit.ts";
import { Notice } from "../../kit/notice.tsx";
import { BoardZone } from "../../parts/zone.ts";
import { Timed } from "../../past/timed.tsx";
import { BoardContext, type BoardSetting } from "./board-context.ts";
import css from "./board.module.css";
import { BoardInspector } from "./board-inspector.tsx";
import { Canvas } from "./canvas.tsx";
import { Tabs } from "./tabs.tsx";

const route = getRouteApi("/boards/$board");

interface Props {
  readonly board: Board;
  readonly edit?: ((edit: Edit) => void) | null;
  /** Beside the widgets, of the one that is chosen. */
  readonly side?: (chosen: string | null, close: () => void) => ReactNode;
}

export function BoardView({ board, edit = null, side }: Props) {
  const { tab: wanted, object, of } = route.useSearch();
  const navigate = route.useNavigate();
  const [chosen, choose] = useState<string | null>(null);
  const tab = tabOf(board, wanted === undefined ? {} : { tab: wanted });
  const expand = useCallback((widget: string) => void navigate({ search: (now) => ({ ...now, widget, edit: undefined }) }), [navigate]);
  const open = useCallback((widget: string, name: string) => void navigate({ search: (now) => ({ ...now, of: widget, object: name }) }), [navigate]);
  const setting = useMemo((): BoardSetting => ({ board: board.id, isShared: false, isStill: false, edit, chosen, choose, expand, open }), [board.id, edit, chosen, expand, open]);
  const widgets = widgetsOn(board, tab);
  const opened = edit === null ? board.widgets.find(({ id }) => id === of) : undefined;
  return (
    <BoardContext value={setting}>
      <BoardZone value={zoneOf(board)}>
      <OfTime isTimed={edit === null}>
      <Tabs board={board} shown={tab} edit={edit} />
      <div className={css["stage"]}>
        <div className={css["scroll"]}>
          {widgets.length === 0 ? (
            <Notice title={tab === null ? t`This board is empty` : t`This tab is empty`}>{edit === null ? t`It has no widgets yet.` : t`“Add widget” puts the first one here.`}</Notice>
          ) : (
            <Canvas widgets={widgets} />
          )}
        </div>
        {side?.(chosen, () => {
          choose(null);
        })}
        {opened?.query !== undefined && object !== undefined && (
          <BoardInspector
            widget={opened}
            query={opened.query}
            object={object}
            onClose={() => {
              void navigate({ search: (now) => ({ ...now, of: undefined, object: undefined }) });
            }}
          />
        )}
      </div>
      </OfTime>
      </BoardZone>
    </BoardContext>
  );
}

/** Who edits works on what is now. */
const OfTime = ({ isTimed, children }: { readonly isTimed: boolean; readonly children: ReactNode }) => (isTimed ? <Timed>{children}</Timed> : children);
