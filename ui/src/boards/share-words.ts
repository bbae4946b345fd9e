// Whom a board is given to, and for what, in words.
import { t } from "@lingui/core/macro";
import type { Right, Who } from "../api/sharing.ts";

export const roleChoices = () => [
  { id: "viewer", label: t`Viewers` },
  { id: "editor", label: t`Editors` },
  { id: "admin", label: t`Administrators` },
];

export const RIGHT_WORDS: Record<Right, () => string> = {
  read: () => t`may look`,
  write: () => t`may change it`,
  share: () => t`may share it`,
  admin: () => t`may do everything`,
};

export function nameOfWho({ user, role }: Who): string {
  if (user !== undefined) return user;
  if (role !== undefined) return roleChoices().find(({ id }) => id === role)?.label ?? role;
  return t`Everybody`;
}
