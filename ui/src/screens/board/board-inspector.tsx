// One object of a widget, beside the board: every value with what it means, and the way to its own page.
import { t } from "@lingui/core/macro";
import { Link } from "@tanstack/react-router";
import type { Widget } from "../../api/types.ts";
import type { Query } from "../../live/frame.ts";
import { Inspector } from "../../parts/inspector.tsx";
import { useWidgetDemand } from "./widget-frame.tsx";
import { useOptions } from "./widget-state.tsx";

export function BoardInspector({ widget, query, object, onClose }: { readonly widget: Widget; readonly query: Query; readonly object: string; readonly onClose: () => void }) {
  const of = useWidgetDemand(widget, query);
  const { thresholds } = useOptions(widget);
  const page = query.object_type === "Agent" ? "/agents" : query.object_type === "Queue" ? "/queues" : null;
  const onward =
    page === null ? undefined : (
      <Link to={page} search={{ open: object }}>
        {page === "/agents" ? t`This agent among all agents` : t`This queue among all queues`}
      </Link>
    );
  return <Inspector of={of} object={object} thresholds={thresholds} onClose={onClose} foot={onward} />;
}
