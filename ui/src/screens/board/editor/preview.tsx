// A widget before it is on a board, with live values.
import { useMemo } from "react";
import type { Widget } from "../../../api/types.ts";
import { BoardContext, type BoardSetting } from "../board-context.ts";
import { WidgetFrame } from "../widget-frame.tsx";
import type { Draft } from "./add-window.tsx";

const nothing = () => undefined;

export function Preview({ draft }: { readonly draft: Draft }) {
  const widget = useMemo((): Widget => ({ ...draft, id: "preview", x: 0, y: 0 }), [draft]);
  const setting = useMemo((): BoardSetting => ({ board: "", isShared: false, isStill: true, edit: nothing, chosen: null, choose: nothing, expand: nothing, open: nothing }), []);
  return (
    <BoardContext value={setting}>
      <WidgetFrame key={JSON.stringify([draft.kind, draft.query, draft.title])} widget={widget} isAlone />
    </BoardContext>
  );
}
