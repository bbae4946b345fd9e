// The frame of a page: title, a sentence, tools, contents.
import type { ReactNode } from "react";
import { useAtOf } from "../live/hooks.ts";
import css from "./page.module.css";
import { useTrust } from "./trust.ts";

interface Props {
  readonly title: ReactNode;
  readonly note?: ReactNode;
  readonly tools?: ReactNode;
  /** The demands that the page shows; with them it tells the instant that its values belong to. */
  readonly of?: readonly string[];
  /** The same, where the page shows a sample of them. */
  readonly at?: number | null;
  /** The page's contents scroll as a whole. */
  readonly isScrolling?: boolean;
  /** Without the line of title and tools. */
  readonly isBare?: boolean;
  readonly children: ReactNode;
}

/** `data-at` is the event time of everything that the page shows. */
export function Page({ title, note, tools, of = [], at: sampled, isScrolling = false, isBare = false, children }: Props) {
  const whole = useAtOf(of);
  const at = sampled ?? whole;
  const { isAgeing, isStale } = useTrust();
  return (
    <div className={css["page"]} data-at={at ?? undefined} data-scrolling={isScrolling || undefined} data-ageing={isAgeing || undefined} data-stale={isStale || undefined} data-testid="page">
      {!isBare && (
      <div className={css["head"]}>
        <h1 className={css["title"]}>{title}</h1>
        {note !== undefined && <p className={css["note"]}>{note}</p>}
        {tools !== undefined && <div className={css["tools"]}>{tools}</div>}
      </div>
      )}
      {children}
    </div>
  );
}
