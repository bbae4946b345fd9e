// Codes of screens, as they are shown and typed.
const DIGITS = 6;

/** "123456" -> "123 456": one reads and types it in two breaths. */
export const grouped = (code: string): string => (code.length > 3 ? `${code.slice(0, 3)} ${code.slice(3)}` : code);

/** What somebody types, as far as it is a code. */
export const typedCode = (text: string): string => text.replace(/\D/g, "").slice(0, DIGITS);

export const isWholeCode = (code: string): boolean => code.length === DIGITS;

/** How a screen stands that waits, from its own clock that never goes back (ms). */
export interface Shown {
  readonly code: string;
  readonly livesMs: number;
  readonly shownAt: number;
}

/** The rest of a code's life, ms. */
export const leftMs = ({ livesMs, shownAt }: Shown, now: number): number => Math.max(0, shownAt + livesMs - now);

/** A code may have been typed in its last second: so long it is still asked after, before there is a new one. */
const GRACE_MS = 5_000;

export const isOver = ({ livesMs, shownAt }: Shown, now: number): boolean => now >= shownAt + livesMs + GRACE_MS;
