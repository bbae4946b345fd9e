// Entries of the audit trail in words.
import { t } from "@lingui/core/macro";
import { DEED_KINDS, DOCUMENT_KINDS, type AuditEntry, type EntryKind } from "../../api/audit.ts";

const DOCUMENTS: Readonly<Record<(typeof DOCUMENT_KINDS)[number], () => string>> = {
  board: () => t`Boards`,
  template: () => t`Templates`,
  rule: () => t`Rules of alerts`,
  note: () => t`Notes`,
  share: () => t`Links for screens`,
  user: () => t`Accounts`,
  setting: () => t`Settings`,
};

/** What one may ask for, by the kinds that it stands for. */
export const kindChoices = () => [
  { id: "", label: t`Everything` },
  ...DOCUMENT_KINDS.map((kind) => ({ id: kind as string, label: DOCUMENTS[kind]() })),
  { id: DEED_KINDS.join(","), label: t`Signing in and out` },
  { id: "sign_in_refused", label: t`Refused sign-ins` },
];

const MADE: Readonly<Partial<Record<EntryKind, (name: string) => string>>> = {
  board: (name) => t`made the board ${name}`,
  template: (name) => t`made the template ${name}`,
  rule: (name) => t`made the rule ${name}`,
  note: (name) => t`pinned the note ${name}`,
  share: (name) => t`made the link for the screen ${name}`,
  user: (name) => t`made the account ${name}`,
  setting: (name) => t`set ${name}`,
};

const CHANGED: Readonly<Partial<Record<EntryKind, (name: string) => string>>> = {
  board: (name) => t`changed the board ${name}`,
  template: (name) => t`changed the template ${name}`,
  rule: (name) => t`changed the rule ${name}`,
  note: (name) => t`changed the note ${name}`,
  share: (name) => t`changed the link for the screen ${name}`,
  user: (name) => t`changed the account ${name}`,
  setting: (name) => t`changed ${name}`,
};

const REMOVED: Readonly<Partial<Record<EntryKind, (name: string) => string>>> = {
  board: (name) => t`removed the board ${name}`,
  template: (name) => t`removed the template ${name}`,
  rule: (name) => t`removed the rule ${name}`,
  note: (name) => t`removed the note ${name}`,
  share: (name) => t`took back the link for the screen ${name}`,
  user: (name) => t`removed the account ${name}`,
  setting: (name) => t`removed ${name}`,
};

const DONE: Readonly<Partial<Record<EntryKind, (id: string) => string>>> = {
  sign_in: () => t`signed in`,
  sign_in_service: () => t`signed in by the authorization service`,
  sign_in_refused: (id) => (id === "" ? t`was refused: nobody is called as they said` : t`was refused at the sign-in`),
  sign_out: () => t`signed out`,
  signed_out: (id) => t`signed ${id} out everywhere`,
  forgotten: (id) => t`forgot ${id}`,
};

/** What was done, as what follows the name of who did it. */
export function entryWords({ kind, did, id, title }: AuditEntry): string {
  if (did === "done") return DONE[kind]?.(id) ?? kind;
  const name = kind === "setting" && id === "widgets" ? t`which kinds of widgets are on` : `“${title ?? id}”`;
  const words = did === "made" ? MADE : did === "changed" ? CHANGED : REMOVED;
  return words[kind]?.(name) ?? `${did} ${kind} ${name}`;
}

/** Who did it; of a refused stranger nobody knows. */
export const byWords = ({ by, kind }: AuditEntry): string => {
  if (by === "pulse") return t`Pulse itself`;
  return by === "" && kind === "sign_in_refused" ? t`Somebody` : by;
};
