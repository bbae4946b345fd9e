// How walls stand, in words, and which of them somebody should look at first.
import { plural, t } from "@lingui/core/macro";
import type { Screen, Share, Standing } from "../api/shares.ts";
import { span } from "../kit/format.ts";

/** What somebody should look at comes first; walls of one kind by title, as the server tells them. */
const ORDER: Readonly<Record<Standing, number>> = { silent: 0, still: 1, unknown: 2, never: 3, live: 4 };

export const worstFirst = (walls: readonly Share[]): readonly Share[] => [...walls].sort((a, b) => ORDER[a.state] - ORDER[b.state]);

/** `moment`: a time as the page writes it. */
export function standingWords({ state, screens, remembered_since: since }: Share, moment: (micros: number) => string): string {
  const last = screens[0];
  switch (state) {
    case "live":
      return t`Live`;
    case "still":
      return t`Its values stand still`;
    case "silent":
      return last === undefined ? t`Silent` : t`Silent since ${moment(last.heard_at)}`;
    case "never":
      return t`Never seen`;
    case "unknown":
      return t`Not heard since ${moment(since)}`;
  }
}

/** What is behind the word. */
export function standingNote({ state, screens }: Share): string {
  const last = screens[0];
  if (state === "never") return t`no screen has come yet`;
  if (state === "unknown") return t`the server began anew then, and knows of nothing before`;
  return last === undefined ? "" : t`heard ${span(last.age_s)} ago`;
}

/** "1920 × 1080, build 4f2a81"; of several screens, how many are silent. */
export function screenWords(screens: readonly Screen[]): readonly string[] {
  const [last] = screens;
  if (last === undefined) return [];
  const silent = screens.filter(({ state }) => state === "silent").length;
  const many = screens.length > 1 ? [silent === 0 ? t`${plural(screens.length, { one: "# screen", other: "# screens" })}` : t`${plural(screens.length, { one: "# screen", other: "# screens" })}, ${silent} silent`] : [];
  return [...many, `${last.width} × ${last.height}`, t`build ${last.build.slice(0, 8)}`];
}
