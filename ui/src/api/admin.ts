// What administrators ask and change: accounts and people, what is shared, kinds of widgets, why somebody sees something.
import { queryOptions } from "@tanstack/react-query";
import { call, get } from "./client.ts";
import type { SharedTo } from "./sharing.ts";
import type { WidgetKind } from "./types.ts";

/** How somebody signs in. */
export type Way = "account" | "service";

/** How somebody stands with signing in. */
interface Presence {
  /** Sessions that live. */
  readonly sessions: number;
  /** Microseconds; null: nobody knows. */
  readonly seen_at: number | null;
}

/** What an account itself may see: patterns of objects. */
export interface GivenAccess {
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
}

export interface Account extends Presence {
  readonly user: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly groups: readonly string[];
  readonly access: GivenAccess | null;
  readonly disabled: boolean;
  readonly revision: number;
  /** Told once, by the answer that made it. */
  readonly new_password?: string;
}

/** Somebody whom the authorization service knows. */
export interface Person extends Presence {
  readonly user: string;
  readonly name: string;
  /** None: it lets them do nothing any more. */
  readonly roles: readonly string[];
  readonly signed_in_at: number;
}

export interface AccountForm {
  readonly user?: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly groups: readonly string[];
  readonly access: GivenAccess | null;
  readonly disabled: boolean;
  readonly password?: string;
  readonly invent_password?: boolean;
}

export const accountsQuery = queryOptions({ queryKey: ["admin", "users"], queryFn: () => get<readonly Account[]>("/users"), staleTime: 0 });
export const peopleQuery = queryOptions({ queryKey: ["admin", "people"], queryFn: () => get<readonly Person[]>("/people"), staleTime: 0 });

const at = (way: Way, user: string) => `/${way === "account" ? "users" : "people"}/${encodeURIComponent(user)}`;

export const makeAccount = (form: AccountForm): Promise<Account> => call("POST", "/users", form);
export const changeAccount = (account: Account, form: AccountForm): Promise<Account> => call("PUT", at("account", account.user), form, account.revision);
/** The same account, but for what is said. */
export const amended = ({ name, roles, groups, access, disabled }: Account, change: Partial<AccountForm>): AccountForm => ({ name, roles, groups, access, disabled, ...change });
export const removeUser = (way: Way, user: string): Promise<void> => call<undefined>("DELETE", at(way, user));
export const signOutUser = (way: Way, user: string): Promise<void> => call<undefined>("DELETE", `${at(way, user)}/sessions`);

/** A board, whose it is and to whom it is given. */
export interface GivenBoard {
  readonly board: string;
  readonly title: string;
  readonly revision: number;
  /** null: everybody's. */
  readonly owner: string | null;
  readonly with: readonly SharedTo[];
}

export const givenBoardsQuery = queryOptions({ queryKey: ["admin", "sharing"], queryFn: () => get<readonly GivenBoard[]>("/sharing"), staleTime: 0 });

export interface KindLine {
  readonly kind: WidgetKind;
  /** Whether one may put such a widget on a board oneself. */
  readonly on: boolean;
  /** Nobody may, and those that there are show nothing. */
  readonly off: boolean;
  /** The roles that it is for; null: everybody. */
  readonly only: readonly string[] | null;
}

export interface WidgetKinds {
  readonly kinds: readonly KindLine[];
  readonly revision: number;
}

export const widgetKindsQuery = queryOptions({ queryKey: ["widgets"], queryFn: () => get<WidgetKinds>("/widgets"), staleTime: 60_000 });

export const putWidgetKinds = (only: Readonly<Record<string, readonly string[]>>, revision: number): Promise<WidgetKinds> => call("PUT", "/widgets", { only }, revision);

export interface Reason {
  readonly rule: string;
  readonly who: string;
  readonly effect: "allow" | "deny";
}

export interface Explanation {
  readonly roles: readonly string[];
  readonly visible: boolean;
  readonly decided_by: Reason | null;
  readonly rules: readonly Reason[];
  readonly state: "fresh" | "expired" | "unknown";
}

/** `roles`: with which the authorization service lets them in; none said: those of the account. */
export const explanationQuery = (user: string, object: string, roles: readonly string[] | null) =>
  queryOptions({
    queryKey: ["admin", "explain", user, object, roles],
    queryFn: () => get<Explanation>(`/access/explain?${new URLSearchParams({ user, object, ...(roles === null ? {} : { roles: roles.join(",") }) })}`),
    staleTime: 0,
  });
