// The place that a widget would take if it were dropped now.
import { createContext, use } from "react";
import type { Box } from "../../../boards/layout.ts";

export interface Placing {
  readonly preview: (id: string, box: Box | null) => void;
}

export const PlacingContext = createContext<Placing>({ preview: () => undefined });
export const usePlacing = (): Placing => use(PlacingContext);
