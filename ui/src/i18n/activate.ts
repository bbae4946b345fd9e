// Gives the pages their language before any of them is drawn. Another language begins with a new page: no text of the old one can stay behind.
import { i18n, type Messages } from "@lingui/core";
import { keep, keptFor } from "./kept.ts";
import { languageFor, regionFor, type Language } from "./languages.ts";
import { loadLibrary } from "./library.ts";

const CATALOGUES: Readonly<Record<Language, () => Promise<{ messages: Messages }>>> = {
  en: () => import("./locales/en.po"),
  de: () => import("./locales/de.po"),
  es: () => import("./locales/es.po"),
};

export async function activateLanguage(): Promise<void> {
  const language = languageFor(keptFor("language", null), navigator.languages);
  const [{ messages }] = await Promise.all([CATALOGUES[language](), loadLibrary(language)]);
  i18n.loadAndActivate({ locale: language, locales: [regionFor(language, navigator.languages)], messages });
  document.documentElement.lang = language;
}

export const activeLanguage = (): string => i18n.locale;

/** The viewer chose: kept, and the page begins anew in that language. */
export function chooseLanguage(language: Language, user: string | null): void {
  keep("language", user, language);
  if (language !== i18n.locale) window.location.reload();
}

/** Who has signed in may have chosen another language than the one who used this browser before. */
export function followViewer(user: string): void {
  const own = keptFor("language", user);
  if (own === null || own === i18n.locale) return;
  keep("language", user, own);
  if (languageFor(own, []) !== i18n.locale) window.location.reload();
}
