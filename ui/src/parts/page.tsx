// The frame of a page: title, a sentence, tools, contents.
import type { ReactNode } from "react";
import { useAt } from "../live/hooks.ts";
import css from "./page.module.css";
import { useTrust } from "./trust.ts";

interface Props {
  readonly title: ReactNode;
  readonly note?: ReactNode;
  readonly tools?: ReactNode;
  /** The page's contents scroll as a whole. */
  readonly isScrolling?: boolean;
  readonly children: ReactNode;
}

/** `data-at` is the event time of everything that the page shows. */
export function Page({ title, note, tools, isScrolling = false, children }: Props) {
  const at = useAt();
  const { isAgeing, isStale } = useTrust();
  return (
    <div className={css["page"]} data-at={at ?? undefined} data-scrolling={isScrolling || undefined} data-ageing={isAgeing || undefined} data-stale={isStale || undefined} data-testid="page">
      <div className={css["head"]}>
        <h1 className={css["title"]}>{title}</h1>
        {note !== undefined && <p className={css["note"]}>{note}</p>}
        {tools !== undefined && <div className={css["tools"]}>{tools}</div>}
      </div>
      {children}
    </div>
  );
}
