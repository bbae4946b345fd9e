// Each state has a shape of its own: it can be told without colour, and from five metres.
import { KIND_WORDS, type StateKind } from "../floor/states.ts";
import css from "./state-shape.module.css";

export function StateShape({ kind, label = false }: { readonly kind: StateKind; readonly label?: boolean }) {
  const spoken = label ? { role: "img", "aria-label": KIND_WORDS[kind] } : { "aria-hidden": true };
  return (
    <svg className={css["shape"]} data-kind={kind} viewBox="0 0 14 14" {...spoken}>
      {SHAPES[kind]}
    </svg>
  );
}

const SHAPES: Readonly<Record<StateKind, React.ReactNode>> = {
  ready: <circle cx="7" cy="7" r="5" fill="currentColor" />,
  call: <rect x="2" y="2" width="10" height="10" rx="1" fill="currentColor" />,
  ringing: (
    <>
      <circle cx="7" cy="7" r="5" fill="none" stroke="currentColor" strokeWidth="2" className={css["ring"]} />
      <circle cx="7" cy="7" r="1.6" fill="currentColor" />
    </>
  ),
  hold: <path d="M3 2h3v10H3zM8 2h3v10H8z" fill="currentColor" />,
  wrap: (
    <>
      <circle cx="7" cy="7" r="4.9" fill="none" stroke="currentColor" strokeWidth="1.4" />
      <path d="M7 2a5 5 0 0 0 0 10Z" fill="currentColor" />
    </>
  ),
  "not-ready": <path d="M7 .9 13.1 7 7 13.1.9 7Z" fill="currentColor" />,
  out: <circle cx="7" cy="7" r="4.6" fill="none" stroke="currentColor" strokeWidth="1.5" />,
  unknown: <circle cx="7" cy="7" r="4.6" fill="none" stroke="currentColor" strokeWidth="1.6" strokeDasharray="1.6 2" />,
};
