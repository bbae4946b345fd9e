// What an agent is doing, in the floor's words. The names on the left are those of the stream.
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
  call: "On a call",
  hold: "Holding",
  ringing: "Ringing",
  wrap: "Wrap-up",
  ready: "Ready",
  "not-ready": "Not ready",
  out: "Logged out",
  unknown: "Unknown",
};

const STATES: Readonly<Record<string, readonly [StateKind, string]>> = {
  WaitForNextCall: ["ready", "Ready"],
  CallInbound: ["call", "On a call"],
  CallOutbound: ["call", "Calling out"],
  CallInternal: ["call", "Internal call"],
  CallConsult: ["call", "Consulting"],
  CallUnknown: ["call", "On a call"],
  ASM_Engaged: ["call", "Engaged"],
  ASM_Outbound: ["call", "Calling out"],
  CallDialing: ["ringing", "Dialling"],
  CallRinging: ["ringing", "Ringing"],
  CallOnHold: ["hold", "Holding"],
  AfterCallWork: ["wrap", "Wrap-up"],
  NotReadyForNextCall: ["not-ready", "Not ready"],
  LoggedOut: ["out", "Logged out"],
  OnHook: ["unknown", "Phone idle"],
  OffHook: ["unknown", "Phone off hook"],
  LoggedIn: ["unknown", "Signed in, state unknown"],
  Monitored: ["unknown", "Not signed in"],
  NotMonitored: ["unknown", "Not watched"],
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
