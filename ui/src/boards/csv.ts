// A table as text with commas (RFC 4180), for spreadsheets: raw figures, and why one is not there.
import { t } from "@lingui/core/macro";
import { MISSING } from "../floor/present.ts";
import { flagWords } from "../floor/quality.ts";
import { floorState, phrase } from "../floor/states.ts";
import { shortTitle } from "../floor/statistics.ts";
import type { Cell, Column, Row } from "../live/frame.ts";

/** Notes of bad data that cast doubt on a figure, in words. */
type Doubt = (column: Column, object: string) => readonly string[];

export function csvOf(columns: readonly Column[], rows: readonly Row[], doubt: Doubt = () => []): string {
  const titles = columns.map((column) => shortTitle(column.statType, column.title));
  const head = [t`Object`, t`Name`, t`Groups`, ...columns.map((column, ix) => `${titles[ix] ?? ""}${unitOf(column)}`), t`Values of`, t`Quality`];
  const quality = (row: Row) => columns.flatMap((column, ix) => {
    const said = [...flagWords(row.cells[ix]?.flags ?? []), ...(row.cells[ix]?.v === null ? [] : doubt(column, row.object))];
    return said.length === 0 ? [] : [`${titles[ix] ?? ""}: ${said.join(", ")}`];
  });
  const lines = rows.map((row) => [row.object, row.name, row.groups.join("; "), ...columns.map((_, ix) => cellText(row.cells[ix])), timeOf(row), quality(row).join("; ")]);
  return [head, ...lines].map((line) => line.map(quoted).join(",")).join("\r\n") + "\r\n";
}

function unitOf({ unit }: Column): string {
  if (unit === "seconds") return " (s)";
  return unit === "percent" ? " (%)" : "";
}

function cellText(cell: Cell | undefined): string {
  if (cell === undefined || cell.v === null) return MISSING[cell?.reason ?? "no_data"];
  if (typeof cell.v === "object") return phrase(floorState(cell.v));
  return cell.flags.includes("empty") ? "" : String(Math.round(cell.v * 1000) / 1000);
}

/** The newest change in the row, as ISO 8601. */
function timeOf(row: Row): string {
  const at = Math.max(0, ...row.cells.map((cell) => cell.at ?? 0));
  return at === 0 ? "" : new Date(at / 1000).toISOString();
}

/** What a spreadsheet would take for a formula is text. */
export function quoted(text: string): string {
  const safe = /^[=+@\t]|^-(?!\d)/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
