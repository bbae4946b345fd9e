// Who may do what with boards, as far as the pages must know; the server decides.
import type { Session } from "../api/types.ts";

/** Who makes and changes templates. */
export const mayAuthor = (session: Session | null | undefined): boolean => session?.roles.some((role) => role === "admin" || role === "editor" || role === "manage_templates") === true;

export const mayEdit = (session: Session | null | undefined): boolean => session?.roles.some((role) => role === "admin" || role === "editor") === true;
