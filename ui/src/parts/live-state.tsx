// What stands where live rows will stand: a skeleton, a refusal, or the word that there is nothing.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useEffect, useState, type ReactNode } from "react";
import { Bone, Notice } from "../kit/notice.tsx";
import { useFigures } from "../live/hooks.ts";
import css from "./live-state.module.css";

interface Props {
  readonly of: string;
  readonly what: "queues" | "agents";
  readonly isFiltered?: boolean;
  readonly shownRows: number;
  /** Of the skeleton. */
  readonly columns?: number;
  readonly children: ReactNode;
}

const WORDS = {
  queues: { forbidden: t`You may not see these queues`, failed: t`The queues can’t be shown`, none: t`No queues yet`, noMatch: t`No queues match` },
  agents: { forbidden: t`You may not see these agents`, failed: t`The agents can’t be shown`, none: t`No agents yet`, noMatch: t`No agents match` },
} as const;

export function LiveState({ of, what, isFiltered = false, shownRows, columns = 5, children }: Props) {
  const { phase, rows, refusal } = useFigures(of);
  const isFilled = useFilled(of);
  if (phase === "refused" && refusal !== null) {
    const isForbidden = refusal.code === "not_permitted" || refusal.code === "forbidden";
    return (
      <Notice kind="error" title={isForbidden ? WORDS[what].forbidden : WORDS[what].failed}>
        <p>{sentence(refusal.message)}</p>
        {isForbidden && <p><Trans>An administrator can add them to one of your roles.</Trans></p>}
      </Notice>
    );
  }
  if ((phase === "opening" && rows.size === 0) || !isFilled) return <GridBones columns={columns} />;
  if (rows.size === 0) {
    return (
      <Notice title={WORDS[what].none}>
        <Trans>They appear here by themselves as soon as a source tells of them.</Trans>
      </Notice>
    );
  }
  if (shownRows === 0 && isFiltered) return <Notice title={WORDS[what].noMatch}><Trans>Fewer words or another filter may find them.</Trans></Notice>;
  return children;
}

/** How long a table may take to fill after its rows are known, ms. */
const PATIENCE_MS = 2000;

/** False while rows are known and their first values are on the way: a moment of "no data yet" would only alarm. */
export function useFilled(of: string): boolean {
  const { at } = useFigures(of);
  const [isPatient, setPatient] = useState(true);
  useEffect(() => {
    const timer = setTimeout(() => {
      setPatient(false);
    }, PATIENCE_MS);
    return () => {
      clearTimeout(timer);
    };
  }, []);
  return at !== null || !isPatient;
}

/** A table's final shape before its first numbers. */
export function GridBones({ columns, rows = 14 }: { readonly columns: number; readonly rows?: number }) {
  return (
    <div className={css["bones"]} role="status" aria-label={t`Loading`}>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className={css["line"]}>
          <span className={css["first"]}>
            <Bone width={`${6 + ((row * 5) % 7)}rem`} />
          </span>
          {Array.from({ length: columns }, (_, column) => (
            <Bone key={column} width={`${1.5 + ((row + column * 3) % 4) * 0.4}rem`} />
          ))}
        </div>
      ))}
    </div>
  );
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
