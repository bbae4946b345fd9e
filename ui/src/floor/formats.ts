// Conditional formats: rows whose value says something are set apart, by a rule that a person can read.
import type { Cell } from "../live/frame.ts";
import { floorState } from "./states.ts";

/** Quiet rows step back; marked ones carry a bar and a tint at their beginning. */
export type Tone = "quiet" | "mark" | "warn" | "breach";
export type Test = "above" | "below" | "is" | "is-not";

export interface Format {
  readonly statistic: string;
  readonly test: Test;
  /** A number, or a state in the floor's words. */
  readonly value: string;
  readonly tone: Tone;
}

export const TONES: readonly Tone[] = ["mark", "warn", "breach", "quiet"];
export const TESTS: readonly Test[] = ["above", "below", "is", "is-not"];

export function readFormats(said: unknown): readonly Format[] {
  if (!Array.isArray(said)) return [];
  return said.flatMap((each: unknown) => {
    if (typeof each !== "object" || each === null) return [];
    const { statistic, test, value, tone } = each as Record<string, unknown>;
    if (typeof statistic !== "string" || !TESTS.includes(test as Test) || !TONES.includes(tone as Tone)) return [];
    if (typeof value !== "string" && typeof value !== "number") return [];
    return [{ statistic, test: test as Test, value: String(value), tone: tone as Tone }];
  });
}

/** The first rule that a row meets decides. */
export function toneOf(formats: readonly Format[], read: (statistic: string) => Cell | undefined): Tone | null {
  return formats.find((format) => meets(format, read(format.statistic)))?.tone ?? null;
}

function meets({ test, value }: Format, cell: Cell | undefined): boolean {
  if (cell === undefined || cell.v === null || cell.flags.includes("empty")) return false;
  if (typeof cell.v === "object") {
    const { word, reason } = floorState(cell.v);
    const isSame = [cell.v.status, word, reason ?? ""].some((text) => text.toLowerCase() === value.trim().toLowerCase());
    return test === "is" ? isSame : test === "is-not" && !isSame;
  }
  const limit = Number(value);
  if (!Number.isFinite(limit) || value.trim() === "") return false;
  if (test === "above") return cell.v > limit;
  if (test === "below") return cell.v < limit;
  return (cell.v === limit) === (test === "is");
}
