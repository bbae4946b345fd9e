// The words of the shipped statistics and templates, which the server tells in English, in the language of the pages.
// What somebody wrote for this installation is not in the list, and stays as it was written.
import type { Frame } from "../live/frame.ts";
import type { Language } from "./languages.ts";

type Words = Readonly<Record<string, string>>;

const WORDS: Readonly<Record<Exclude<Language, "en">, () => Promise<{ readonly default: Words }>>> = {
  de: () => import("./library/de.json"),
  es: () => import("./library/es.json"),
};

let words: Words = {};

export async function loadLibrary(language: Language): Promise<void> {
  words = language === "en" ? {} : (await WORDS[language]()).default;
}

/** One text of the library; other texts as they are. */
export const libraryWord = (english: string): string => words[english] ?? english;

/** A line of a list that the server answers, with its title and its sentence. */
export function inWords<T extends { readonly title: string; readonly words?: string; readonly description?: string }>(line: T): T {
  return {
    ...line,
    title: libraryWord(line.title),
    ...(line.words === undefined ? {} : { words: libraryWord(line.words) }),
    ...(line.description === undefined ? {} : { description: libraryWord(line.description) }),
  };
}

/** The columns of a table as they come with the stream. */
export const frameInWords = (frame: Frame): Frame => (frame.type === "snapshot" ? { ...frame, columns: frame.columns.map(inWords) } : frame);
