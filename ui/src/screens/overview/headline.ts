// The page's first sentence: the answer to "is something wrong?".
import { plural, t } from "@lingui/core/macro";
import type { Level } from "../../floor/thresholds.ts";
import { spelled } from "../../kit/format.ts";
import type { Judged } from "../queues/order.ts";

export interface Headline {
  readonly level: Level | "none";
  readonly title: string;
  readonly note: string | undefined;
}

export function headline(queues: readonly Judged[], overdue: number, isOpening: boolean): Headline {
  if (isOpening) return { level: "none", title: t`Looking at the floor`, note: undefined };
  if (queues.length === 0) return { level: "none", title: t`Nothing to watch yet`, note: undefined };
  const breach = queues.filter(({ verdict }) => verdict.level === "breach").length;
  const warn = queues.filter(({ verdict }) => verdict.level === "warn").length;
  const people = overdue === 0 ? undefined : t`${plural(overdue, { one: "One agent long in one state", other: `${spelled(overdue)} agents long in one state` })}`;
  if (breach > 0) {
    const near = warn === 0 ? undefined : t`${plural(warn, { one: "One more close to a limit", other: `${spelled(warn)} more close to a limit` })}`;
    return { level: "breach", title: t`${plural(breach, { one: "One queue needs attention", other: `${spelled(breach)} queues need attention` })}`, note: joined(near, people) };
  }
  if (warn > 0) return { level: "warn", title: t`${plural(warn, { one: "One queue is close to a limit", other: `${spelled(warn)} queues are close to a limit` })}`, note: joined(people) };
  const title = t`${plural(queues.length, { one: "The queue is within its limits", other: "All # queues are within their limits" })}`;
  return { level: "calm", title, note: joined(people) };
}

/** One line of several remarks; only its first letter is a capital. */
function joined(...parts: readonly (string | undefined)[]): string | undefined {
  const said = parts.filter((part) => part !== undefined);
  return said.length === 0 ? undefined : said.map((part, ix) => (ix === 0 ? part : part.charAt(0).toLowerCase() + part.slice(1))).join(", ");
}
