// The items as text with commas (RFC 4180).
import { t } from "@lingui/core/macro";
import type { Made, MadeItem } from "../api/made.ts";
import { quoted } from "../boards/csv.ts";
import { shareWords } from "./fold.ts";

const stamp = (micros: number | undefined): string => (micros === undefined ? "" : new Date(micros / 1000).toISOString());

export function csvOfItems(made: Made, items: readonly MadeItem[]): string {
  const head = [t`Began`, t`Ended`, t`What`, t`Kind of call`, t`Call`, t`Whose`, t`Done by`, t`Seconds`, t`Adds`, t`Events`];
  const lines = items.map((item) => [
    stamp(item.begun),
    stamp(item.ended),
    item.what,
    item.call_type ?? "",
    item.call ?? "",
    item.of?.object ?? "",
    item.by?.object ?? "",
    String(item.seconds),
    shareWords(made, item),
    item.records.map(({ source, epoch, seq, event }) => `${event} (${source} ${epoch}/${seq})`).join("; "),
  ]);
  return [head, ...lines].map((line) => line.map(quoted).join(",")).join("\r\n") + "\r\n";
}
