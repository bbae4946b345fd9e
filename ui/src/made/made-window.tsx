// "What made this number": the definition in words, the rule with its figures, and every item behind it.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Failure } from "../api/client.ts";
import { madeQuery, type Made } from "../api/made.ts";
import { shortTitle } from "../floor/statistics.ts";
import { Button } from "../kit/button.tsx";
import { Window } from "../kit/dialog.tsx";
import { count, dateAndTime } from "../kit/format.ts";
import { Bone, Notice } from "../kit/notice.tsx";
import type { Column } from "../live/frame.ts";
import { Failed } from "../parts/failed.tsx";
import { fileName, saveFile } from "../parts/save-file.ts";
import { useZone } from "../parts/zone.ts";
import { csvOfItems } from "./csv.ts";
import { foldWords, valueText } from "./fold.ts";
import { Items } from "./items.tsx";
import css from "./made.module.css";

/** Pages that a file holds at most. */
const FILE_PAGES = 50;

/** A figure at the moment of the question. */
export interface MadeFigure {
  readonly column: Column;
  readonly object: string;
  readonly name: string;
  readonly at: number;
  /** Null: a state. */
  readonly shown: number | null;
  /** The columns that a formula is made of, with their values then. */
  readonly parts: readonly { readonly column: Column; readonly shown: number | null }[];
}

interface Props {
  readonly figure: MadeFigure;
  readonly onClose: () => void;
  /** Opens a part of a formula. */
  readonly onPart: (figure: MadeFigure) => void;
}

export default function MadeWindow({ figure, onClose, onPart }: Props) {
  const zone = useZone();
  const { column, name, at, shown } = figure;
  const title = titleOf(column);
  const isFormula = column.key.startsWith("formula|");
  return (
    <Window title={t`What made this number: ${title}, ${name}`} isOpen onClose={onClose} size="large">
      <div className={css["lead"]}>
        {shown !== null && <p className={css["figure"]} data-testid="made-shown">{valueText(shown, column.unit)}</p>}
        <div>
          {column.words !== "" && <p>{column.words}</p>}
          <p className={css["quiet"]}>
            <Trans>As shown for {dateAndTime(at / 1000, zone, true)}.</Trans>
          </p>
        </div>
      </div>
      {isFormula ? <Parts figure={figure} onPart={onPart} /> : <Found figure={figure} title={title} zone={zone} />}
    </Window>
  );
}

const titleOf = (column: Column): string => shortTitle(column.statType, column.title);

/** A formula is computed from other columns: each of them can be asked. */
function Parts({ figure, onPart }: { readonly figure: MadeFigure; readonly onPart: (figure: MadeFigure) => void }) {
  if (figure.parts.length === 0) return <Notice title={t`This is computed from other columns`}>{t`Show the columns that the formula names on this board to ask for each of them.`}</Notice>;
  return (
    <>
      <p className={css["sentence"]}>
        <Trans>A formula computes it from these columns:</Trans>
      </p>
      <ul className={css["parts"]}>
        {figure.parts.map(({ column, shown }) => (
          <li key={column.key}>
            <span>{titleOf(column)}</span>
            <strong>{shown === null ? "–" : valueText(shown, column.unit)}</strong>
            <Button
              onPress={() => {
                onPart({ ...figure, column, shown, parts: [] });
              }}
            >
              {t`What made it`}
            </Button>
          </li>
        ))}
      </ul>
    </>
  );
}

function Found({ figure, title, zone }: { readonly figure: MadeFigure; readonly title: string; readonly zone: string }) {
  const { column, object, at, shown } = figure;
  const query = useInfiniteQuery(madeQuery({ definition: column.key, object, at, shown }));
  const pages = query.data?.pages ?? [];
  const first = pages[0];
  if (query.isPending) return <Reading />;
  if (first === undefined) return <NotFound error={query.error} onRetry={() => void query.refetch()} />;
  const known = pages.reduce((sum, page) => sum + page.items.length, 0);
  const save = async () => {
    let all = pages;
    for (let page = all.length; page < FILE_PAGES; page++) {
      const more = await query.fetchNextPage();
      all = more.data?.pages ?? all;
      if (!more.hasNextPage) break;
    }
    saveFile(`${fileName(`${title} ${figure.name}`)}.csv`, new Blob(["\uFEFF", csvOfItems(first, all.flatMap((page) => page.items))], { type: "text/csv;charset=utf-8" }));
  };
  return (
    <>
      <p className={css["sentence"]} role="status" data-testid="made-fold" data-folded={first.folded ?? undefined} data-agrees={first.agrees}>
        {foldWords(first, column.unit, zone)}
      </p>
      <Doubts made={first} zone={zone} shown={shown} />
      {first.total === 0 ? (
        <Notice title={t`Nothing has counted so far`}>{t`No call and no status belongs to this number yet.`}</Notice>
      ) : (
        <>
          <div className={css["tools"]}>
            <span className={css["quiet"]}>{t`${count(known)} of ${count(first.total)}, newest first`}</span>
            <Button onPress={() => void save()} isDisabled={query.isFetchingNextPage}>{t`Save as CSV`}</Button>
          </div>
          <Items pages={pages} object={object} zone={zone} />
          {query.isFetchNextPageError && <NotFound error={query.error} onRetry={() => void query.fetchNextPage()} />}
          {query.hasNextPage && !query.isFetchNextPageError && (
            <div className={css["more"]}>
              <Button onPress={() => void query.fetchNextPage()} isDisabled={query.isFetchingNextPage}>
                {query.isFetchingNextPage ? t`Loading` : t`Show more`}
              </Button>
            </div>
          )}
        </>
      )}
    </>
  );
}

function Doubts({ made, zone, shown }: { readonly made: Made; readonly zone: string; readonly shown: number | null }) {
  if (made.is_short) {
    return (
      <div className={css["doubt"]} role="alert">
        <p>
          <Trans>The journal reaches back to {dateAndTime(made.journal_from / 1000, zone)} only, and this number counts from {dateAndTime(made.from / 1000, zone)}. What follows is a part, not the whole.</Trans>
        </p>
      </div>
    );
  }
  if (made.agrees) return null;
  return (
    <div className={css["doubt"]} role="alert">
      <p>{shown === null ? t`The items do not come to what was shown.` : t`Read again, this comes to another number than the one shown. Events may have come late, or the configuration has changed since.`}</p>
    </div>
  );
}

function Reading() {
  return (
    <div className={css["reading"]} role="status">
      <p>
        <Trans>The journal is read again for this number.</Trans>
      </p>
      <Bone width="70%" />
      <Bone width="90%" />
      <Bone width="80%" />
    </div>
  );
}

function NotFound({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  const code = error instanceof Failure ? error.code : null;
  const again = <Button onPress={onRetry}>{t`Try again`}</Button>;
  if (code === "busy") return <Notice title={t`Others ask just now`} action={again}>{t`Only a few journals are read at once, so that live figures do not wait. Try again in a moment.`}</Notice>;
  if (code === "too_much") return <Notice title={t`The journal is too long for this number`} action={again}>{t`Reading it took too long and was given up, so that live figures do not wait.`}</Notice>;
  if (code === "no_value") return <Notice title={t`There was no value then`}>{t`The journal knows nothing of this object at that time.`}</Notice>;
  if (code === "not_available") return <Notice title={t`Not available here`}>{t`In this deployment nobody can read the journal again for one number.`}</Notice>;
  return <Failed error={error} onRetry={onRetry} />;
}
