// How far the values of a table can be trusted, counted. Pure.
import { t } from "@lingui/core/macro";
import type { Flag, Row } from "../live/frame.ts";

export interface Quality {
  readonly values: number;
  readonly partial: number;
  readonly invalid: number;
}

/** Over those columns that are shown. */
export function qualityOf(rows: readonly Row[], places: readonly number[]): Quality {
  let [values, partial, invalid] = [0, 0, 0];
  for (const row of rows) {
    for (const place of places) {
      const cell = row.cells[place];
      if (cell === undefined || cell.v === null) continue;
      values += 1;
      if (cell.flags.includes("invalid")) invalid += 1;
      else if (cell.flags.includes("partial")) partial += 1;
    }
  }
  return { values, partial, invalid };
}

/** In a sentence; null where all is well. */
export function qualitySentence({ values, partial, invalid }: Quality): string | null {
  const said = [
    ...(partial > 0 ? [t`${partial} of ${values} values are partial: some events are missing from them.`] : []),
    ...(invalid > 0 ? [t`${invalid} of ${values} values are not reliable: their source is not complete.`] : []),
  ];
  return said.length === 0 ? null : said.join(" ");
}

/** As a table of text tells it. */
export function flagWords(flags: readonly Flag[]): readonly string[] {
  const words: Readonly<Record<Flag, string | null>> = { empty: null, partial: t`partial`, invalid: t`not reliable`, stale: t`standing still` };
  return flags.flatMap((flag) => words[flag] ?? []);
}
