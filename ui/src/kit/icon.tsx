// The few signs that stand for actions, drawn with one pen.
export type IconName = "more" | "plus" | "undo" | "redo" | "close" | "settings" | "expand" | "up" | "down" | "move" | "resize" | "wall" | "pin" | "check" | "pause" | "play" | "link" | "bell" | "sum";

const PATHS: Readonly<Record<IconName, string>> = {
  more: "M3 8h.01M8 8h.01M13 8h.01",
  plus: "M8 3v10M3 8h10",
  undo: "M6 3 2.8 6.2 6 9.4M3 6.2h6.2a3.6 3.6 0 0 1 0 7.2H6.5",
  redo: "m10 3 3.2 3.2L10 9.4M13 6.2H6.8a3.6 3.6 0 0 0 0 7.2h2.7",
  close: "m3.5 3.5 9 9m0-9-9 9",
  settings: "M2 4.5h7m3 0h2M2 11.5h2m3 0h7M9 2.7v3.6M4.5 9.7v3.6",
  expand: "M9.5 2.5h4v4M13 3 9 7M6.5 13.5h-4v-4M3 13l4-4",
  up: "M8 12.5v-9M4 7l4-4 4 4",
  down: "M8 3.5v9M4 9l4 4 4-4",
  move: "M8 1.5v13M1.5 8h13M6 3.5l2-2 2 2M6 12.5l2 2 2-2M3.5 6l-2 2 2 2M12.5 6l2 2-2 2",
  resize: "M13 5.5 5.5 13M13 10l-3 3",
  wall: "M1.5 3h13v8h-13zM5.5 13.5h5",
  pin: "M5.5 2h5M6.5 2v4.5L4.5 9h7l-2-2.5V2M8 9v5",
  check: "m3 8.5 3.2 3.2L13 4.5",
  pause: "M5.5 3v10M10.5 3v10",
  sum: "M12.5 4.5v-2h-9L8 8l-4.5 5.5h9v-2",
  bell: "M3.5 11.5h9l-1.2-1.8V7a3.3 3.3 0 0 0-6.6 0v2.7zM6.8 13.5h2.4",
  play: "M5 3.2 12.5 8 5 12.8Z",
  link: "M6.8 9.2a2.8 2.8 0 0 0 4 0l2-2a2.8 2.8 0 0 0-4-4l-.7.7M9.2 6.8a2.8 2.8 0 0 0-4 0l-2 2a2.8 2.8 0 0 0 4 4l.7-.7",
};

export function Icon({ name }: { readonly name: IconName }) {
  const width = name === "more" ? 2.2 : 1.5;
  return (
    <svg viewBox="0 0 16 16" width="1rem" height="1rem" aria-hidden>
      <path d={PATHS[name]} fill="none" stroke="currentColor" strokeWidth={width} strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
