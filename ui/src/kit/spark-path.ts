// The path of a small line in a box of 100 by 20; gaps are gaps.
type Dot = readonly [number, number | null];

export function sparkPath(points: readonly Dot[], from: number, to: number): string {
  const known = points.flatMap(([, v]) => v ?? []);
  if (known.length < 2 || to <= from) return "";
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const y = (v: number) => (high === low ? 10 : 18 - (16 * (v - low)) / (high - low));
  let isDrawing = false;
  const parts: string[] = [];
  for (const [at, v] of points) {
    if (v === null || at < from || at > to) {
      isDrawing = false;
      continue;
    }
    parts.push(`${isDrawing ? "L" : "M"}${((100 * (at - from)) / (to - from)).toFixed(1)} ${y(v).toFixed(1)}`);
    isDrawing = true;
  }
  return parts.join("");
}
