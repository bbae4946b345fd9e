// The items of a number, newest first; each unfolds to the event records behind it.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useId, useState } from "react";
import type { Made, MadeItem } from "../api/made.ts";
import { dayWord, duration, durationWords, timeOfDay } from "../kit/format.ts";
import { actionWords, shareWords, whoWords } from "./fold.ts";
import css from "./made.module.css";

interface Props {
  readonly pages: readonly Made[];
  readonly object: string;
  readonly zone: string;
}

/** A page of items is one group of rows: what is out of sight costs nothing to draw. */
export function Items({ pages, object, zone }: Props) {
  return (
    <div role="table" aria-label={t`What made this number`} aria-rowcount={(pages[0]?.total ?? 0) + 1} className={css["table"]}>
      <div role="rowgroup" className={css["tableHead"]}>
        <div role="row" className={css["row"]}>
          {[t`Began`, t`What`, t`Call`, t`Whose`, t`Duration`, t`Adds`].map((title) => (
            <span key={title} role="columnheader">
              {title}
            </span>
          ))}
        </div>
      </div>
      {pages.map((page, ix) => (
        <div key={ix} role="rowgroup" className={css["group"]} style={{ containIntrinsicSize: `auto ${page.items.length * 2}rem` }}>
          {page.items.map((item, nth) => (
            <ItemRow key={nth} made={page} item={item} object={object} zone={zone} />
          ))}
        </div>
      ))}
    </div>
  );
}

function ItemRow({ made, item, object, zone }: { readonly made: Made; readonly item: MadeItem; readonly object: string; readonly zone: string }) {
  const [isOpen, setOpen] = useState(false);
  const records = useId();
  const began = timeOfDay(item.begun / 1000, zone);
  const what = actionWords(item.what);
  const day = dayWord(item.begun / 1000, zone);
  return (
    <>
      <div role="row" className={css["row"]} data-open={isOpen || undefined} data-testid="made-item">
        <span role="cell">
          <button
            type="button"
            className={css["fold"]}
            aria-expanded={isOpen}
            aria-controls={records}
            aria-label={t`Events of ${what}, ${began}`}
            onClick={() => {
              setOpen(!isOpen);
            }}
          >
            <svg viewBox="0 0 12 12" width="0.625rem" height="0.625rem" aria-hidden>
              <path d={isOpen ? "m2 4 4 4 4-4" : "m4 2 4 4-4 4"} fill="none" stroke="currentColor" strokeWidth="1.5" />
            </svg>
            <time dateTime={new Date(item.begun / 1000).toISOString()} title={day}>
              {began}
            </time>
          </button>
        </span>
        <span role="cell" title={item.what}>
          {what}
          {item.call_type !== undefined && <span className={css["quiet"]}> · {item.call_type.toLowerCase()}</span>}
        </span>
        <span role="cell" className={css["id"]} title={item.call}>
          {item.call ?? ""}
        </span>
        <span role="cell" className={css["id"]}>
          {whoWords(item, object)}
        </span>
        <span role="cell" className={css["number"]} title={durationWords(item.seconds)}>
          {duration(item.seconds)}
          {item.ended === undefined && <span className={css["quiet"]}> {t`goes on`}</span>}
        </span>
        <span role="cell" className={css["number"]} data-counts={item.main || undefined}>
          {shareWords(made, item)}
        </span>
      </div>
      {isOpen && (
        <div role="row" id={records} className={css["records"]}>
          <div role="cell">
            {item.records.length === 0 ? (
              <p className={css["quiet"]}>
                <Trans>No single event caused it: it follows from the passing of time, or from the state that was found at the beginning.</Trans>
              </p>
            ) : (
              <ul>
                {item.records.map((told) => (
                  <li key={`${told.source} ${told.epoch} ${told.seq}`}>
                    <strong>{told.event}</strong> <time dateTime={new Date(told.time / 1000).toISOString()}>{timeOfDay(told.time / 1000, zone)}</time>{" "}
                    <span className={css["quiet"]}>{t`${told.source}, record ${told.seq} of epoch ${told.epoch}`}</span>
                  </li>
                ))}
              </ul>
            )}
          </div>
        </div>
      )}
    </>
  );
}
