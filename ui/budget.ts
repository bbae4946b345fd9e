// What the pages may weigh. A build that is heavier fails, with the figures: each new library must be worth it.
import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";

/** Compressed bytes. `first`: all scripts that the first page needs before it is drawn, with one catalogue. */
export const BUDGET = { first: 235_000, whole: 460_000, styles: 30_000 };

export interface Part {
  readonly name: string;
  readonly bytes: number;
  /** It is loaded with the first page. */
  readonly isFirst: boolean;
}

/** The sums that are over their budget, in words; none where all is well. */
export function overBudget(parts: readonly Part[]): readonly string[] {
  const sum = (wanted: (part: Part) => boolean) => parts.filter(wanted).reduce((n, { bytes }) => n + bytes, 0);
  const isScript = ({ name }: Part) => name.endsWith(".js");
  const sums = [
    ["scripts of the first page", sum((part) => isScript(part) && part.isFirst), BUDGET.first],
    ["all scripts", sum(isScript), BUDGET.whole],
    ["all styles", sum(({ name }) => name.endsWith(".css")), BUDGET.styles],
  ] as const;
  return sums.filter(([, bytes, most]) => bytes > most).map(([what, bytes, most]) => `${what}: ${bytes} bytes compressed, ${most} are allowed`);
}

/** The entry, what it brings along, and the frame of the pages with one catalogue. */
const FIRST = /^(index|base|app|en)-/;

export const budget = (): Plugin => ({
  name: "budget",
  apply: "build",
  writeBundle(_, bundle) {
    const parts = Object.entries(bundle)
      .filter(([name]) => /\.(js|css)$/.test(name))
      .map(([path, file]): Part => {
        const name = path.split("/").at(-1) ?? path;
        return { name, bytes: gzipSync(file.type === "chunk" ? file.code : file.source).length, isFirst: FIRST.test(name) };
      });
    const over = overBudget(parts);
    if (over.length > 0) this.error(`the pages are too heavy: ${over.join("; ")}`);
    const first = parts.filter(({ name, isFirst }) => isFirst && name.endsWith(".js")).reduce((n, { bytes }) => n + bytes, 0);
    this.info(`first page: ${first} of ${BUDGET.first} bytes of compressed script`);
  },
});
