// Saving by itself: what is stored, what is on its way, and what stands in the way. A board is never written over somebody else's change.
import { unreachable } from "../live/frame.ts";

export type Saving =
  | { readonly phase: "saved"; readonly revision: number }
  /** There are changes; they go out after a moment of quiet. */
  | { readonly phase: "changed"; readonly revision: number }
  | { readonly phase: "saving"; readonly revision: number; readonly isChangedSince: boolean }
  | { readonly phase: "failed"; readonly revision: number; readonly why: string; readonly canRetry: boolean }
  /** Somebody else stored another version first. Nothing goes out until a person has decided. */
  | { readonly phase: "conflict"; readonly revision: number };

export type Happening =
  | { readonly it: "changed" }
  | { readonly it: "sent" }
  | { readonly it: "stored"; readonly revision: number }
  | { readonly it: "overtaken" }
  | { readonly it: "refused"; readonly why: string; readonly canRetry: boolean }
  /** The person decided: go on from this revision, with or without changes of ours. */
  | { readonly it: "decided"; readonly revision: number; readonly keepsOurs: boolean };

export function next(saving: Saving, happening: Happening): Saving {
  const { revision } = saving;
  switch (happening.it) {
    case "changed":
      if (saving.phase === "saving") return { ...saving, isChangedSince: true };
      return saving.phase === "conflict" ? saving : { phase: "changed", revision };
    case "sent":
      return saving.phase === "conflict" ? saving : { phase: "saving", revision, isChangedSince: false };
    case "stored":
      return { phase: saving.phase === "saving" && saving.isChangedSince ? "changed" : "saved", revision: happening.revision };
    case "overtaken":
      return { phase: "conflict", revision };
    case "refused":
      // What was changed meanwhile may be the cure.
      if (saving.phase === "saving" && saving.isChangedSince) return { phase: "changed", revision };
      return { phase: "failed", revision, why: happening.why, canRetry: happening.canRetry };
    case "decided":
      return { phase: happening.keepsOurs ? "changed" : "saved", revision: happening.revision };
    default:
      return unreachable(happening);
  }
}

/** Whether leaving now would lose something. */
export const isUnsaved = ({ phase }: Saving): boolean => phase !== "saved";
