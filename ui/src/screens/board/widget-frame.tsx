// A widget's title line and its place; what it draws is chosen by its kind.
import { t } from "@lingui/core/macro";
import { useQuery } from "@tanstack/react-query";
import { memo, useCallback, useMemo } from "react";
import { metaQuery } from "../../api/queries.ts";
import type { Widget } from "../../api/types.ts";
import { commonInterval } from "../../floor/interval.ts";
import { qualityOf, qualitySentence } from "../../floor/quality.ts";
import { dayWord, timeOfDay } from "../../kit/format.ts";
import type { Figures } from "../../live/figures.ts";
import { useDemand, useSampled, useShape } from "../../live/hooks.ts";
import type { Demand, Query } from "../../live/frame.ts";
import { useIntervalSentence, useToday, useZone } from "../../parts/zone.ts";
import { usePast } from "../../past/context.ts";
import { useBoard } from "./board-context.ts";
import { Handles } from "./editor/handles.tsx";
import css from "./widget-frame.module.css";
import { WidgetMenu } from "./widget-menu.tsx";
import { chosenRows, PlainKind, SwitchedOff, useOptions, WidgetState } from "./widget-state.tsx";

interface Props {
  readonly widget: Widget;
  /** It fills what it is in, instead of lying on the columns. */
  readonly isAlone?: boolean;
}

export const WidgetFrame = memo(function WidgetFrame({ widget, isAlone = false }: Props) {
  const { edit, chosen, isStill, expand } = useBoard();
  const { x, y, w, h } = widget;
  const isEditing = edit !== null && !isAlone;
  const isOff = useQuery(metaQuery).data?.widgets_off?.includes(widget.kind) === true;
  // eslint-disable-next-line lingui/no-unlocalized-strings -- a place on a grid
  const style = isAlone ? {} : { "--at-column": `${x + 1} / span ${w}`, "--at-row": `${y + 1} / span ${h}`, "--h": h };
  return (
    <section
      className={css["widget"]}
      data-kind={widget.kind}
      data-alone={isAlone || undefined}
      data-editing={isEditing || undefined}
      data-chosen={(isEditing && chosen === widget.id) || undefined}
      data-untitled={widget.title === "" || undefined}
      data-testid={`widget-${widget.id}`}
      role="group"
      aria-label={widget.title === "" ? t`Untitled widget` : widget.title}
      style={style as React.CSSProperties}
    >
      <header className={css["head"]}>
        {isAlone || isStill || isEditing || isOff || widget.query === undefined ? (
          <h2 className={css["title"]}>{widget.title}</h2>
        ) : (
          <h2 className={css["title"]}>
            <button
              type="button"
              className={css["opens"]}
              onClick={() => {
                expand(widget.id);
              }}
            >
              {widget.title}
            </button>
          </h2>
        )}
        <Stamp />
        {widget.query !== undefined && !isOff && <Valued widget={widget} query={widget.query} part="interval" />}
        {!isStill && <WidgetMenu widget={widget} isAlone={isAlone} />}
      </header>
      <div className={css["body"]} inert={isEditing && widget.kind === "iframe" ? true : undefined}>
        {isOff ? <SwitchedOff kind={widget.kind} /> : widget.query === undefined ? <PlainKind widget={widget} /> : <Valued widget={widget} query={widget.query} part="body" />}
      </div>
      {isEditing && <Handles widget={widget} />}
    </section>
  );
});

/** What a widget asks for: who is signed in asks by its query, so that what is being edited lives at once. */
export function useWidgetDemand(widget: Pick<Widget, "id">, query: Query): string {
  const { board, isShared } = useBoard();
  return useDemand(useMemo((): Demand => (isShared ? { board, widget: widget.id } : { query }), [isShared, board, widget.id, query]));
}

function Valued({ widget, query, part }: { readonly widget: Widget; readonly query: Query; readonly part: "interval" | "body" }) {
  const of = useWidgetDemand(widget, query);
  if (part === "body") return <WidgetState of={of} widget={widget} />;
  return (
    <>
      <QualityMark of={of} widget={widget} />
      <Interval of={of} />
    </>
  );
}

/** Of which time the widget is, where it is not live: also its picture says so. */
function Stamp() {
  const past = usePast();
  const zone = useZone();
  if (past === null) return null;
  return (
    <time className={css["stamp"]}>
      <span className={css["day"]}>{dayWord(past * 1000, zone)} </span>
      {timeOfDay(past * 1000, zone)}
    </time>
  );
}

/** Whether some of its values are partial or not reliable. */
function QualityMark({ of, widget }: { readonly of: string; readonly widget: Widget }) {
  const options = useOptions(widget);
  const quality = useSampled(
    of,
    1000,
    useCallback((figures: Figures) => qualityOf(chosenRows(figures, options), figures.shape.columns.flatMap((column, ix) => (options.support.has(column.statType) ? [] : [ix]))), [options]),
  );
  const sentence = qualitySentence(quality);
  if (sentence === null) return null;
  return (
    <span className={css["quality"]} title={sentence} data-partial={quality.partial} data-invalid={quality.invalid} data-testid="quality">
      <span className={css["corner"]} aria-hidden />
      <span className={css["word"]}>{quality.invalid > 0 ? t`not reliable` : t`partial`}</span>
      <span className="heard">{`: ${sentence}`}</span>
    </span>
  );
}

/** What time the numbers cover; several statistics of different spans say nothing here, their columns do. */
function Interval({ of }: { readonly of: string }) {
  const { columns } = useShape(of);
  const today = useToday();
  const [first] = columns;
  const sentence = useIntervalSentence(first);
  const word = commonInterval(columns, today.word, today.now);
  if (word === null || first === undefined) return null;
  return (
    <span className={css["interval"]} title={sentence}>
      {word}
    </span>
  );
}
