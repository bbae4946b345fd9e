// What an agent is doing, in the floor's words. The names on the left are those of the stream.
import { t } from "@lingui/core/macro";
import type { StatusValue } from "../live/frame.ts";

export type StateKind = "ready" | "call" | "ringing" | "hold" | "wrap" | "not-ready" | "out" | "unknown";

export interface FloorState {
  readonly kind: StateKind;
  readonly word: string;
  /** Why, where somebody said why: "Lunch". */
  readonly reason: string | null;
}

/** The order in which states are listed everywhere. */
export const KINDS: readonly StateKind[] = ["call", "hold", "ringing", "wrap", "ready", "not-ready", "out", "unknown"];

export const KIND_WORDS: Readonly<Record<StateKind, string>> = {
  call: t`On a call`,
  hold: t`Holding`,
  ringing: t`Ringing`,
  wrap: t`Wrap-up`,
  ready: t`Ready`,
  "not-ready": t`Not ready`,
  out: t`Logged out`,
  unknown: t`Unknown`,
};

const STATES: Readonly<Record<string, readonly [StateKind, string]>> = {
  WaitForNextCall: ["ready", t`Ready`],
  CallInbound: ["call", t`On a call`],
  CallOutbound: ["call", t`Calling out`],
  CallInternal: ["call", t`Internal call`],
  CallConsult: ["call", t`Consulting`],
  CallUnknown: ["call", t`On a call`],
  ASM_Engaged: ["call", t`Engaged`],
  ASM_Outbound: ["call", t`Calling out`],
  CallDialing: ["ringing", t`Dialling`],
  CallRinging: ["ringing", t`Ringing`],
  CallOnHold: ["hold", t`Holding`],
  AfterCallWork: ["wrap", t`Wrap-up`],
  NotReadyForNextCall: ["not-ready", t`Not ready`],
  LoggedOut: ["out", t`Logged out`],
  OnHook: ["unknown", t`Phone idle`],
  OffHook: ["unknown", t`Phone off hook`],
  LoggedIn: ["unknown", t`Signed in, state unknown`],
  Monitored: ["unknown", t`Not signed in`],
  NotMonitored: ["unknown", t`Not watched`],
};

const REASON_KEYS = ["ReasonCode", "reason_code", "Reason", "reason"];

export function floorState(value: StatusValue): FloorState {
  const [kind, word] = STATES[value.status] ?? (["unknown", value.status] as const);
  return { kind, word, reason: reasonOf(value) };
}

function reasonOf({ reasons }: StatusValue): string | null {
  for (const key of REASON_KEYS) {
    const said = reasons[key];
    if (said !== undefined) return tidy(said);
  }
  const [first] = Object.values(reasons);
  return first === undefined ? null : tidy(first);
}

/** "team_meeting" -> "Team meeting"; what is already written for people stays. */
function tidy(reason: string): string {
  const words = reason.replace(/[_-]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** "Not ready, lunch": one phrase for labels and the palette. */
export function phrase({ word, reason }: FloorState): string {
  return reason === null ? word : `${word}, ${reason.toLowerCase()}`;
}
