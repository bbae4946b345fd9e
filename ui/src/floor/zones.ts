// Time zones: where times are shown, and what midnight of the place that computes is there. Pure.

export function isZone(text: unknown): text is string {
  if (typeof text !== "string" || text === "") return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: text });
    return true;
  } catch {
    return false;
  }
}

/** All that the browser knows, by name. */
export const allZones = (): readonly string[] => ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")];

/** "America/Argentina/Buenos_Aires" -> "Buenos Aires". */
export const cityOf = (zone: string): string => (zone.split("/").at(-1) ?? zone).replaceAll("_", " ");

/** Seconds since midnight on a zone's clocks. */
export function secondOfDay(unixMs: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }).formatToParts(unixMs);
  const read = (type: string) => Number(parts.find((part) => part.type === type)?.value ?? 0);
  return read("hour") * 3600 + read("minute") * 60 + read("second");
}

/** When the present day began in a zone, ms. On days on which clocks change, found by looking twice. */
export function dayBegan(unixMs: number, zone: string): number {
  const guess = Math.floor(unixMs / 1000) * 1000 - secondOfDay(unixMs, zone) * 1000;
  const rest = secondOfDay(guess, zone);
  if (rest === 0) return guess;
  return rest > 43_200 ? guess + (86_400 - rest) * 1000 : guess - rest * 1000;
}

/** Do two zones show the same time at an instant? */
export const showSame = (unixMs: number, a: string, b: string): boolean => a === b || secondOfDay(unixMs, a) === secondOfDay(unixMs, b);
