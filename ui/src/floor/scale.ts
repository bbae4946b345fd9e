// The end of a gauge's scale, where nobody chose it: a round number beyond the limits and the value.
import type { Unit } from "../live/frame.ts";
import type { Threshold } from "./thresholds.ts";

export function gaugeMax(unit: Unit, value: number | null, threshold: Threshold | undefined): number {
  if (unit === "percent") return 100;
  const far = Math.max(value ?? 0, (threshold?.breach ?? 0) * 1.5, (threshold?.warn ?? 0) * 1.5, 1);
  return unit === "seconds" ? roundSeconds(far) : roundUp(far);
}

/** 1, 2, 5, 10, 20, 50 ... */
export function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5, 10].find((step) => step * power >= value) ?? 10) * power;
}

const SECONDS: readonly number[] = [10, 30, 60, 120, 180, 300, 600, 900, 1800, 3600, 7200];
const roundSeconds = (value: number): number => SECONDS.find((step) => step >= value) ?? Math.ceil(value / 3600) * 3600;
