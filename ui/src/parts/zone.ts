// The time zone in which a tenant's times are printed.
import { useQuery } from "@tanstack/react-query";
import { metaQuery } from "../api/queries.ts";

export function useZone(): string {
  return useQuery(metaQuery).data?.time_zone ?? "UTC";
}
