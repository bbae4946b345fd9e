// Accounts and people in one list.
import type { Account, Person, Way } from "../../api/admin.ts";
import { plain } from "../../shell/find.ts";
import { rolesWords } from "./roles.ts";

/** Somebody who may come in. */
export interface User {
  readonly user: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly way: Way;
  readonly sessions: number;
  readonly seen_at: number | null;
  readonly isOff: boolean;
  /** Of people who come by an authorization service there is none. */
  readonly account: Account | null;
}

const ofAccount = (account: Account): User => ({ user: account.user, name: account.name, roles: account.roles, way: "account", sessions: account.sessions, seen_at: account.seen_at, isOff: account.disabled, account });

const ofPerson = ({ user, name, roles, sessions, seen_at, signed_in_at }: Person): User => ({ user, name, roles, way: "service", sessions, seen_at: seen_at ?? signed_in_at, isOff: roles.length === 0, account: null });

/** By name. */
export const allUsers = (accounts: readonly Account[], people: readonly Person[]): readonly User[] =>
  [...accounts.map(ofAccount), ...people.map(ofPerson)].sort((one, other) => one.name.localeCompare(other.name) || one.user.localeCompare(other.user));

/** Those of whom each word that is searched stands somewhere. */
export function foundUsers(users: readonly User[], query: string): readonly User[] {
  const words = plain(query).split(" ").filter(Boolean);
  return users.filter(({ user, name, roles, account }) => {
    const text = plain(`${user} ${name} ${roles.join(" ")} ${rolesWords(roles)} ${account?.groups.join(" ") ?? ""}`);
    return words.every((word) => text.includes(word));
  });
}
