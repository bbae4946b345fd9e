// Going to the authorization service, and what is said when one comes back without being let in.
import { t } from "@lingui/core/macro";

interface Problem {
  readonly what: string;
  readonly cure: string;
}

const PROBLEMS: ReadonlyMap<string, Problem> = new Map([
  ["refused", { what: t`You were not let in.`, cure: t`Ask your administrator for a role in Pulse: viewer, editor or admin.` }],
  ["unreachable", { what: t`The authorization service does not answer.`, cure: t`Try again in a moment.` }],
  ["misfit", { what: t`Pulse and the authorization service do not fit together.`, cure: t`Your administrator finds the cause in the log of the web role.` }],
]);

/** Why one came back without being let in; null if that is not so. */
export const whyNot = (search: string): Problem | null => PROBLEMS.get(new URLSearchParams(search).get("sign-in") ?? "") ?? null;

/** The address that begins a sign-in which leads back to where one wanted to go. */
export const begin = ({ pathname, search }: Pick<Location, "pathname" | "search">): string => {
  const query = new URLSearchParams(search);
  query.delete("sign-in");
  const to = query.size === 0 ? pathname : `${pathname}?${query.toString()}`;
  return `/api/v1/session/begin?to=${encodeURIComponent(to)}`;
};
