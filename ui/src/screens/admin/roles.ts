// Roles in words: the four that come with Pulse, and those that access lists name.
import { t } from "@lingui/core/macro";

export const USUAL_ROLES = ["viewer", "editor", "admin", "wallboard"] as const;

const WORDS: Readonly<Record<string, { readonly word: string; readonly about: string }>> = {
  viewer: { word: t`Viewer`, about: t`looks at boards and arranges them for themselves` },
  editor: { word: t`Editor`, about: t`makes boards, templates, rules and links for screens` },
  admin: { word: t`Administrator`, about: t`does everything, also this` },
  wallboard: { word: t`Wallboard`, about: t`a screen on a wall: looks, and is never signed out by silence` },
};

export const roleWord = (role: string): string => WORDS[role]?.word ?? role;
export const roleAbout = (role: string): string => WORDS[role]?.about ?? "";

export const rolesWords = (roles: readonly string[]): string => (roles.length === 0 ? t`no role` : roles.map(roleWord).join(", "));

/** "a, b" as a list. */
export const listed = (text: string): readonly string[] => text.split(/[,\n]/).map((word) => word.trim()).filter((word) => word !== "");
