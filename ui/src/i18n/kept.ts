// What a viewer chose for good: kept in this browser, for each who signs in here; the last choice serves until one has signed in.
type Key = "language" | "zone";

const place = (key: Key, user: string | null): string => (user === null ? `pulse.${key}` : `pulse.${key}:${user}`);

function read(at: string): string | null {
  try {
    return localStorage.getItem(at);
  } catch {
    // Storage may be forbidden: then nothing is kept.
    return null;
  }
}

export const keptFor = (key: Key, user: string | null): string | null => read(place(key, user)) ?? (user === null ? null : read(place(key, null)));

/** Empty: the choice is taken back. */
export function keep(key: Key, user: string | null, value: string): void {
  try {
    for (const at of [place(key, user), place(key, null)]) localStorage.setItem(at, value);
  } catch {
    // As above: the choice then lasts as long as the page.
  }
}
