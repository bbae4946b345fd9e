// Who may do what with boards, as far as the pages must know; the server decides.
import type { Session } from "../api/types.ts";

export const mayEdit = (session: Session | null | undefined): boolean => session?.roles.some((role) => role === "admin" || role === "editor") === true;
