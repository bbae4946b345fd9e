// One object of a widget, beside the board: every value with what it means, and the way to its own page.
import { t } from "@lingui/core/macro";
import { Link } from "@tanstack/react-router";
import type { Widget } from "../../api/types.ts";
import type { Query } from "../../live/frame.ts";
import { Inspector } from "../../parts/inspector.tsx";
import { fromBoard } from "../../floor/trail.ts";
import { useBoard } from "./board-context.ts";
import { useWidgetDemand } from "./widget-frame.tsx";
import { useOptions } from "./widget-state.tsx";

export function BoardInspector({ widget, query, object, onClose }: { readonly widget: Widget; readonly query: Query; readonly object: string; readonly onClose: () => void }) {
  const of = useWidgetDemand(widget, query);
  const { thresholds } = useOptions(widget);
  const from = fromBoard(useBoard().board, widget.id);
  const page = query.object_type === "Agent" ? "/agents" : query.object_type === "Queue" ? "/queues" : null;
  const onward =
    page === null ? undefined : page === "/agents" ? (
        <Link to="/agents/$agent" params={{ agent: object }} search={{ from }}>{t`The page of this agent`}</Link>
      ) : (
        <Link to="/queues/$queue" params={{ queue: object }} search={{ from }}>{t`The page of this queue`}</Link>
      );
  return <Inspector of={of} object={object} thresholds={thresholds} onClose={onClose} foot={onward} />;
}
