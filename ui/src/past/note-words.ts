// What kinds of notes are called.
import { t } from "@lingui/core/macro";
import type { Note, NoteKind } from "../api/notes.ts";
import { dateAndTime, timeOfDay } from "../kit/format.ts";
import { dateOf } from "./steps.ts";

export const NOTE_WORDS: Readonly<Record<NoteKind, string>> = {
  remark: t`Remark`,
  outage: t`Outage`,
  handover: t`Handover`,
  bad_data: t`Bad data`,
};

/** "Sat 28 Nov, 10:00 to 10:20" */
export function noteTime({ from, to }: Note, zone: string): string {
  const begin = dateAndTime(from / 1000, zone);
  if (to === undefined) return begin;
  const isSameDay = dateOf(from / 1e6, zone) === dateOf(to / 1e6, zone);
  const end = isSameDay ? timeOfDay(to / 1000, zone, false) : dateAndTime(to / 1000, zone);
  return t`${begin} to ${end}`;
}
