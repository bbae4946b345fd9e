// How long an agent has been in the state, beside the state.
import { floorState } from "../floor/states.ts";
import { levelOf, STATE_LIMITS } from "../floor/thresholds.ts";
import type { Row } from "../live/frame.ts";
import { Elapsed } from "./elapsed.tsx";
import { useGridSetting } from "./live-row.tsx";

export function InState({ row }: { readonly row: Row }) {
  const { trust, places } = useGridSetting();
  const place = [...places.values()].find(({ column }) => column.unit === "status");
  const v = place === undefined ? null : row.cells[place.ix]?.v;
  if (typeof v !== "object" || v === null) return null;
  const limits = STATE_LIMITS[floorState(v).kind];
  return <Elapsed since={v.since} isStale={trust.isStale} levelAt={(seconds) => levelOf(seconds, limits)} />;
}
