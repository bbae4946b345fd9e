// The sizes that a virtual grid computes with, in px, kept up to date.
import { useLayoutEffect, useState, type RefObject } from "react";

export interface Box {
  readonly width: number;
  readonly height: number;
  readonly head: number;
  readonly row: number;
  /** Size of the figures. */
  readonly cell: number;
  readonly rem: number;
}

const UNKNOWN: Box = { width: 0, height: 0, head: 0, row: 36, cell: 13, rem: 16 };
/** On a wall, rows shrink and grow within these, rem. */
const FITTED_ROW_REM_MIN = 1.375;
const FITTED_ROW_REM_MAX = 3;

/** `fitRows`: this many rows should fill the height; 0: rows are as high as the density says. */
export function useBox(ref: RefObject<HTMLElement | null>, fitRows: number): Box {
  const [box, setBox] = useState(UNKNOWN);
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const measure = () => {
      const next = measured(element, fitRows);
      setBox((known) => (JSON.stringify(known) === JSON.stringify(next) ? known : next));
    };
    measure();
    const sizes = new ResizeObserver(measure);
    sizes.observe(element);
    // Theme and density change the size of a rem and of a row, without changing the element.
    const looks = new MutationObserver(measure);
    looks.observe(document.documentElement, { attributes: true });
    return () => {
      sizes.disconnect();
      looks.disconnect();
    };
  }, [ref, fitRows]);
  return box;
}

function measured(element: HTMLElement, fitRows: number): Box {
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const head = element.querySelector<HTMLElement>("[data-head]")?.offsetHeight ?? 0;
  const base = parseFloat(getComputedStyle(element).getPropertyValue("--row")) * rem;
  const fitted = fitRows > 0 ? Math.floor((element.clientHeight - head) / fitRows) : 0;
  const row = fitRows > 0 ? Math.min(Math.max(fitted, FITTED_ROW_REM_MIN * rem), FITTED_ROW_REM_MAX * rem) : base;
  const cell = Math.min(1.7, Math.max(1, row / (2.25 * rem))) * 0.8125 * rem;
  return { width: element.clientWidth, height: element.clientHeight, head, row, cell, rem };
}
