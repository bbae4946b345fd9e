// One figure on its scale: an arc from nothing to the most, with the limits as ticks.
import css from "./gauge.module.css";

interface Props {
  readonly value: number | null;
  readonly max: number;
  readonly text: string;
  readonly level: "calm" | "warn" | "breach";
  readonly limits: readonly { readonly value: number; readonly level: "warn" | "breach" }[];
  readonly ends: readonly [string, string];
  readonly isStale: boolean;
}

const RADIUS = 42;
/** The arc is a little more than half a circle. */
const SWEEP = 220;

export function Gauge({ value, max, text, level, limits, ends, isStale }: Props) {
  const share = value === null ? 0 : Math.min(1, Math.max(0, value / max));
  return (
    <svg className={css["gauge"]} viewBox="0 0 100 76" data-level={level} data-stale={isStale || undefined} aria-hidden>
      <path d={arc(0, 1)} className={css["track"]} />
      {share > 0 && <path d={arc(0, share)} className={css["value"]} />}
      {limits
        .filter((limit) => limit.value > 0 && limit.value <= max)
        .map((limit) => (
          <line key={limit.level} className={css["limit"]} data-level={limit.level} {...tick(limit.value / max)} />
        ))}
      <text x="50" y="48" className={css["text"]} data-long={text.length > 5 || undefined}>
        {text}
      </text>
      <text x="13" y="73" className={css["end"]}>
        {ends[0]}
      </text>
      <text x="87" y="73" className={css["end"]}>
        {ends[1]}
      </text>
    </svg>
  );
}

const point = (share: number, radius: number): readonly [number, number] => {
  const angle = ((-90 - SWEEP / 2 + SWEEP * share) * Math.PI) / 180;
  return [50 + radius * Math.cos(angle), 47 + radius * Math.sin(angle)];
};

function arc(from: number, to: number): string {
  const [[x1, y1], [x2, y2]] = [point(from, RADIUS), point(to, RADIUS)];
  // eslint-disable-next-line lingui/no-unlocalized-strings -- the path of an arc
  return `M${x1.toFixed(2)} ${y1.toFixed(2)}A${RADIUS} ${RADIUS} 0 ${SWEEP * (to - from) > 180 ? 1 : 0} 1 ${x2.toFixed(2)} ${y2.toFixed(2)}`;
}

function tick(share: number): { readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number } {
  const [[x1, y1], [x2, y2]] = [point(share, RADIUS - 7), point(share, RADIUS + 5)];
  return { x1, y1, x2, y2 };
}
