// The languages of the pages, and which one a viewer gets.
export const LANGUAGES = [
  { id: "en", name: "English", region: "en-GB" },
  { id: "de", name: "Deutsch", region: "de-DE" },
  { id: "es", name: "Español", region: "es-ES" },
] as const;

export type Language = (typeof LANGUAGES)[number]["id"];

export const isLanguage = (text: unknown): text is Language => LANGUAGES.some(({ id }) => id === text);

const languageOf = (tag: string): string => tag.split("-")[0]?.toLowerCase() ?? "";

/** What was chosen; else the first that the browser asks for and we have; else English. */
export function languageFor(chosen: string | null, wished: readonly string[]): Language {
  if (isLanguage(chosen)) return chosen;
  return wished.map(languageOf).find(isLanguage) ?? "en";
}

/** The viewer's variant of a language, by which numbers and dates are written: "en-AU" where the browser says so. */
export function regionFor(language: Language, wished: readonly string[]): string {
  return wished.find((tag) => tag.includes("-") && languageOf(tag) === language) ?? LANGUAGES.find(({ id }) => id === language)?.region ?? language;
}
