// Time in a state, counted by the stream's clock.
import { MISSING } from "../floor/present.ts";
import type { Level } from "../floor/thresholds.ts";
import { duration } from "../kit/format.ts";
import { Mark } from "../kit/marks.tsx";
import { useElapsed } from "../live/hooks.ts";
import type { Micros } from "../live/frame.ts";
import css from "./figure.module.css";

interface Props {
  readonly since: Micros | null;
  readonly isStale: boolean;
  readonly levelAt?: (seconds: number) => Level;
}

export function Elapsed({ since, isStale, levelAt }: Props) {
  const seconds = useElapsed(since);
  if (seconds === null) return <span className={css["missing"]}>{MISSING.no_data}</span>;
  const level = levelAt?.(seconds) ?? "calm";
  return (
    <span className={css["figure"]} data-level={level} data-quality={isStale ? "stale" : "good"}>
      {level !== "calm" && <Mark level={level} />}
      <span className={css["digits"]}>{duration(seconds)}</span>
    </span>
  );
}
