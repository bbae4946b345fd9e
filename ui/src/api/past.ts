// Tables as they stood.
import type { Demand } from "../live/frame.ts";
import { get } from "./client.ts";

/** `at`: seconds. */
export function askPast(demand: Demand, at: number): Promise<unknown> {
  const of = "query" in demand ? `/values?query=${encodeURIComponent(JSON.stringify(demand.query))}` : `/shared/boards/${encodeURIComponent(demand.board)}/values?widget=${encodeURIComponent(demand.widget)}`;
  return get(`${of}&at=${at * 1e6}`);
}
