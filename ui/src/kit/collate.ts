// Texts in the order of the viewer's language; numbers in them by their value. One collator: making one for each comparison costs more than the rest of a sort.
import { i18n } from "@lingui/core";

let collator: Intl.Collator | null = null;

export function byText(a: string, b: string): number {
  collator ??= new Intl.Collator(i18n.locale === "" ? undefined : i18n.locale, { numeric: true });
  return collator.compare(a, b);
}
