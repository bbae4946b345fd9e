// Beside a figure: how it differs from the same figure at the time that is compared with. By an arrow and a number, without colour.
import { use } from "react";
import { differenceOf } from "../floor/difference.ts";
import { figure, isNoNumber, MISSING } from "../floor/present.ts";
import { rowKey, type Cell, type Column } from "../live/frame.ts";
import { CompareContext, useThen } from "./context.ts";
import css from "./figures.module.css";

interface Props {
  /** The demand that the figure comes from. */
  readonly of: string;
  readonly object: string;
  readonly ix: number;
  readonly cell: Cell | undefined;
  readonly column: Column;
}

/** Nothing where nothing is compared. */
export function Difference(props: Props) {
  return use(CompareContext) === null || props.column.unit === "status" ? null : <Against {...props} />;
}

function Against({ of, object, ix, cell, column }: Props) {
  const then = useThen(of)?.rows.get(rowKey(object))?.cells[ix];
  return <Differs now={numberOf(cell, column)} then={numberOf(then, column)} column={column} />;
}

export function numberOf(cell: Cell | undefined, column: Column): number | null {
  return typeof cell?.v === "number" && !isNoNumber(cell.flags, column) ? cell.v : null;
}

const UP = "M4 1 7.5 7h-7Z";
const DOWN = "M4 7 .5 1h7Z";
const SAME = "M.5 2.5h7M.5 5.5h7";

export function Differs({ now, then, column }: { readonly now: number | null; readonly then: number | null; readonly column: Column }) {
  const compare = use(CompareContext);
  if (compare === null || now === null) return null;
  if (then === null) {
    return (
      <span className={`${css["diff"]} ${css["none"]}`} data-then="" title={compare.words}>
        {MISSING.not_kept}
      </span>
    );
  }
  const { sign, text, spoken } = differenceOf(now, then, column.unit);
  return (
    <span className={css["diff"]} data-then={String(then)} data-sign={sign} title={`${compare.words}: ${figure(then, column.unit)}`}>
      <svg viewBox="0 0 8 8" width="0.5rem" height="0.5rem" aria-hidden>
        <path d={sign > 0 ? UP : sign < 0 ? DOWN : SAME} fill={sign === 0 ? "none" : "currentColor"} stroke={sign === 0 ? "currentColor" : "none"} />
      </svg>
      <span aria-hidden>{text}</span>
      <span className="heard">{`, ${spoken}: ${compare.words}`}</span>
    </span>
  );
}
