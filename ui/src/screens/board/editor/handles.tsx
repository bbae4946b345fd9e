// Where one grasps a widget: its title line moves it, its corner sizes it; the keyboard does both.
import { t } from "@lingui/core/macro";
import { useRef, type KeyboardEvent, type PointerEvent } from "react";
import type { Widget } from "../../../api/types.ts";
import { within, type Box } from "../../../boards/layout.ts";
import { Icon } from "../../../kit/icon.tsx";
import { useBoard } from "../board-context.ts";
import css from "./handles.module.css";
import { usePlacing } from "./placing.ts";

interface Grip {
  readonly by: "move" | "size";
  readonly x: number;
  readonly y: number;
  readonly column: number;
  readonly row: number;
  readonly from: Box;
  box: Box;
  isMoved: boolean;
}

/** Less than this is a click, px. */
const SLACK = 4;

export function Handles({ widget }: { readonly widget: Widget }) {
  const { edit, choose } = useBoard();
  const { preview } = usePlacing();
  const grip = useRef<Grip | null>(null);
  const box: Box = { x: widget.x, y: widget.y, w: widget.w, h: widget.h };
  const name = widget.title === "" ? t`the widget` : widget.title;

  const begin = (by: Grip["by"], event: PointerEvent<HTMLElement>) => {
    const canvas = event.currentTarget.closest<HTMLElement>("[data-canvas]");
    if (canvas === null || event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    grip.current = { by, x: event.clientX, y: event.clientY, ...cellOf(canvas), from: box, box, isMoved: false };
  };
  const go = (event: PointerEvent) => {
    const held = grip.current;
    if (held === null) return;
    const [dx, dy] = [event.clientX - held.x, event.clientY - held.y];
    if (!held.isMoved && Math.hypot(dx, dy) < SLACK) return;
    held.isMoved = true;
    const [right, down] = [Math.round(dx / held.column), Math.round(dy / held.row)];
    const { x, y, w, h } = held.from;
    held.box = held.by === "move" ? within({ x: x + right, y: y + down, w, h }) : within({ x, y, w: Math.min(w + right, 12 - x), h: h + down });
    preview(widget.id, held.box);
  };
  const end = (isDropped: boolean) => {
    const held = grip.current;
    grip.current = null;
    preview(widget.id, null);
    if (held === null || !isDropped) return;
    if (held.isMoved) edit?.({ do: "place", id: widget.id, to: held.box });
    else choose(widget.id);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && grip.current !== null) {
      end(false);
      return;
    }
    if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      edit?.({ do: "remove", id: widget.id });
      return;
    }
    const to = stepped(box, event.key, event.shiftKey);
    if (to === null) return;
    event.preventDefault();
    edit?.({ do: "place", id: widget.id, to });
  };
  return (
    <>
      <button
        type="button"
        className={css["move"]}
        aria-label={t`Move ${name}`}
        aria-describedby="board-keys"
        data-handle={widget.id}
        onPointerDown={(event) => {
          begin("move", event);
        }}
        onPointerMove={go}
        onPointerUp={() => {
          end(true);
        }}
        onPointerCancel={() => {
          end(false);
        }}
        onKeyDown={onKeyDown}
        onClick={(event) => {
          // Pointers are heard above; this is Enter and Space.
          if (event.detail === 0) choose(widget.id);
        }}
      />
      <span
        className={css["size"]}
        aria-hidden
        onPointerDown={(event) => {
          begin("size", event);
        }}
        onPointerMove={go}
        onPointerUp={() => {
          end(true);
        }}
        onPointerCancel={() => {
          end(false);
        }}
      >
        <Icon name="resize" />
      </span>
    </>
  );
}

/** The widths of a column and of a row, each with its gap. */
function cellOf(canvas: HTMLElement): Pick<Grip, "column" | "row"> {
  const look = getComputedStyle(canvas);
  const first = (tracks: string) => parseFloat(tracks.split(" ")[0] ?? "");
  const gap = parseFloat(look.columnGap) || 0;
  return { column: (first(look.gridTemplateColumns) || 80) + gap, row: (first(look.gridTemplateRows) || 40) + gap };
}

/** The box after an arrow key: moved, or with Shift sized; null for other keys. */
function stepped({ x, y, w, h }: Box, key: string, isSizing: boolean): Box | null {
  const [right, down] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key] ?? [0, 0];
  if (right === undefined || down === undefined || (right === 0 && down === 0)) return null;
  return within(isSizing ? { x, y, w: Math.min(w + right, 12 - x), h: h + down } : { x: x + right, y: y + down, w, h });
}
