// What one may do, as the server tells; it decides again at every change.
import { useQuery } from "@tanstack/react-query";
import { accessQuery } from "../api/queries.ts";
import type { Privilege } from "../api/types.ts";

/** The privileges that are known; none before they are, and on screens that came by a link. */
export function usePrivileges(): readonly Privilege[] {
  return useQuery({ ...accessQuery, enabled: false }).data?.privileges ?? NONE;
}

const NONE: readonly Privilege[] = [];

export const useMay = (privilege: Privilege): boolean => usePrivileges().includes(privilege);

/** Who makes and changes boards, rules and notes. */
export const useMayEdit = (): boolean => useMay("manage_widgets");

/** Who makes and changes templates. */
export const useMayAuthor = (): boolean => useMay("manage_templates");

/** Who runs the system. */
export const useMayAdminister = (): boolean => useMay("manage_users");
