// What the palette shows for what was typed.
export interface Entry {
  readonly id: string;
  readonly label: string;
  readonly kind: string;
  readonly go: () => void;
}

const SHOWN_MAX = 40;

/** Entries whose words begin with the words typed come first, then those that contain them; marks on letters do not matter. */
export function find(entries: readonly Entry[], query: string): readonly Entry[] {
  const wanted = plain(query).split(" ").filter(Boolean);
  if (wanted.length === 0) return entries.slice(0, SHOWN_MAX);
  return entries
    .map((entry, ix) => ({ entry, ix, score: score(plain(`${entry.label} ${entry.kind}`), wanted) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.ix - b.ix)
    .slice(0, SHOWN_MAX)
    .map(({ entry }) => entry);
}

function score(text: string, wanted: readonly string[]): number {
  const words = text.split(" ");
  let total = 0;
  for (const part of wanted) {
    const isStart = words.some((word) => word.startsWith(part));
    if (!isStart && !text.includes(part)) return 0;
    total += isStart ? 2 : 1;
  }
  return text.startsWith(wanted.join(" ")) ? total + 1 : total;
}

/** Lower case, without accents: "Jiménez" is found by "jimenez". */
export function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();
}
