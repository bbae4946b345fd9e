// A small line beside a number: how it came here in the last hour. Its scale is its own; it shows the shape only.
import { useQuery } from "@tanstack/react-query";
import { memo } from "react";
import { historyQuery } from "../api/queries.ts";
import { sparkPath } from "../kit/spark-path.ts";
import { useEventSecond } from "../live/hooks.ts";
import css from "./spark.module.css";

const SPAN_SECONDS = 3600;
/** History is asked again so often, seconds. */
const AGAIN = 60;

export const Spark = memo(function Spark({ definition, object, shared }: { readonly definition: string; readonly object: string; readonly shared: string | null }) {
  const now = useEventSecond(AGAIN);
  const to = now ?? 0;
  const points = useQuery({ ...historyQuery(definition, object, to - SPAN_SECONDS * 1e6, to, shared), enabled: now !== null, placeholderData: (before) => before }).data;
  const path = points === undefined ? "" : sparkPath(points.map(({ at, v }) => [at / 1e6, v] as const), to / 1e6 - SPAN_SECONDS, to / 1e6);
  return (
    <svg className={css["spark"]} viewBox="0 0 100 20" preserveAspectRatio="none" aria-hidden>
      <path d={path} fill="none" stroke="currentColor" strokeWidth="1.4" vectorEffect="non-scaling-stroke" />
    </svg>
  );
});
