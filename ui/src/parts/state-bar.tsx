// Shares of states as one bar. The words beside it carry the meaning; the bar only shows proportions.
import { KINDS } from "../floor/states.ts";
import type { Counts } from "../floor/groups.ts";
import css from "./state-bar.module.css";

const SHOWN = KINDS.filter((kind) => kind !== "out" && kind !== "unknown");

export function StateBar({ counts, size = "small" }: { readonly counts: Counts; readonly size?: "small" | "large" }) {
  return (
    <span className={css["bar"]} data-size={size} aria-hidden>
      {SHOWN.map((kind) => (
        <span key={kind} className={css["part"]} data-kind={kind} data-hatch={kind} style={{ flexGrow: counts[kind], display: counts[kind] === 0 ? "none" : undefined }} />
      ))}
    </span>
  );
}
