// The head of a grid: what time the columns cover, their titles, the order.
import css from "./grid.module.css";
import type { GridColumn, Sort } from "./types.ts";

interface Props {
  readonly columns: readonly GridColumn[];
  readonly sort: Sort | null;
  readonly more?: readonly Sort[] | undefined;
  readonly onSort: (column: string, isAdded: boolean) => void;
  readonly focusColumn: number;
}

export function GridHead({ columns, sort, more = [], onSort, focusColumn }: Props) {
  const hasBands = columns.some((column) => column.band !== undefined);
  return (
    <div role="rowgroup" className={css["head"]} data-head>
      {hasBands && (
        <div className={css["bands"]} aria-hidden>
          {bandsOf(columns).map(({ band, from, span }) => (
            <span key={from} className={css["band"]} data-empty={band === undefined || undefined} style={{ gridColumn: `${from} / span ${span}` }}>
              <span className={css["bandWord"]}>{band}</span>
            </span>
          ))}
        </div>
      )}
      <div role="row" aria-rowindex={1} className={css["titles"]}>
        {columns.map((column, ix) => {
          const place = sort?.column === column.id ? 0 : more.findIndex((each) => each.column === column.id) + 1;
          const direction = sort?.column === column.id ? sort.direction : more[place - 1]?.direction;
          return (
            <div
              key={column.id}
              role="columnheader"
              aria-sort={column.canSort ? (direction ?? "none") : undefined}
              title={column.words}
              tabIndex={focusColumn === ix ? 0 : -1}
              data-place={`-1:${ix}`}
              data-align={column.align}
              className={css["title"]}
              onClick={(event) => {
                if (column.canSort) onSort(column.id, event.shiftKey);
              }}
              onKeyDown={(event) => {
                if ((event.key === "Enter" || event.key === " ") && column.canSort) {
                  event.preventDefault();
                  onSort(column.id, event.shiftKey);
                }
              }}
            >
              <span className={css["titleText"]}>{column.title}</span>
              {column.band !== undefined && <span className="heard">, {column.band}</span>}
              {more.length > 0 && direction !== undefined && <span className={css["rank"]}>{place + 1}</span>}
              <svg className={css["arrow"]} data-direction={direction} viewBox="0 0 8 8" aria-hidden>
                <path d="M4 1.5v5M1.8 4.4 4 6.6l2.2-2.2" fill="none" stroke="currentColor" strokeWidth="1.2" />
              </svg>
            </div>
          );
        })}
      </div>
    </div>
  );
}

interface Band {
  readonly band: string | undefined;
  /** 1-based grid column. */
  readonly from: number;
  readonly span: number;
}

function bandsOf(columns: readonly GridColumn[]): readonly Band[] {
  const bands: Band[] = [];
  columns.forEach(({ band }, ix) => {
    const last = bands.at(-1);
    if (last !== undefined && last.band === band) bands[bands.length - 1] = { ...last, span: last.span + 1 };
    else bands.push({ band, from: ix + 1, span: 1 });
  });
  return bands;
}
