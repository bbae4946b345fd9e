// Which kinds of widgets one may put on boards here.
import { useQuery } from "@tanstack/react-query";
import { widgetKindsQuery } from "../api/admin.ts";
import { KINDS_OF_WIDGETS, type KindInfo } from "./kinds.ts";

/** All that are on, and the one that is there already. The server refuses others also where nothing is known of that here. */
export function useKindsOn(present?: KindInfo["kind"]): readonly KindInfo[] {
  const told = useQuery(widgetKindsQuery).data?.kinds;
  const off = new Set(told?.filter(({ on }) => !on).map(({ kind }) => kind));
  return KINDS_OF_WIDGETS.filter(({ kind }) => kind === present || !off.has(kind));
}
