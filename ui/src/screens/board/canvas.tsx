// The widgets of one tab in their places; while one is dragged, all lie as they would if it were dropped now.
import { Trans } from "@lingui/react/macro";
import { useMemo, useState } from "react";
import type { Widget } from "../../api/types.ts";
import { heightOf, inReadingOrder, place, type Box } from "../../boards/layout.ts";
import css from "./board.module.css";
import { useBoard } from "./board-context.ts";
import { PlacingContext } from "./editor/placing.ts";
import { WidgetFrame } from "./widget-frame.tsx";

export function Canvas({ widgets }: { readonly widgets: readonly Widget[] }) {
  const { edit } = useBoard();
  const [dragged, setDragged] = useState<{ readonly id: string; readonly box: Box } | null>(null);
  const placing = useMemo(
    () => ({
      preview: (id: string, box: Box | null) => {
        setDragged(box === null ? null : { id, box });
      },
    }),
    [],
  );
  const laid = dragged === null ? widgets : place(widgets, dragged.id, dragged.box);
  const rows = heightOf(laid) + (edit === null ? 0 : 2);
  return (
    <PlacingContext value={placing}>
      <div className={css["widgets"]} data-canvas data-editing={edit !== null || undefined} style={{ "--rows": Math.max(1, rows) } as React.CSSProperties}>
        {inReadingOrder(laid).map((widget) => (
          <WidgetFrame key={widget.id} widget={widget} />
        ))}
      </div>
      {edit !== null && (
        <p id="board-keys" hidden>
          <Trans>Arrow keys move it, with Shift they size it; Enter opens its settings, Delete removes it.</Trans>
        </p>
      )}
    </PlacingContext>
  );
}
