// What the REST API answers (GET /api/v1/openapi.json).
import type { Query, Unit } from "../live/frame.ts";

export interface Session {
  readonly user: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly csrf: string;
}

export interface Meta {
  readonly product: string;
  readonly version: string;
  readonly tenant: string;
  readonly time_zone: string;
  readonly demo: boolean;
  readonly sign_in: {
    /** With name and password. */
    readonly local: boolean;
    /** By an authorization service of that name. */
    readonly service: string | null;
  };
  /** The server's clock, microseconds. */
  readonly now: number;
}

export type WidgetKind = "grid" | "kpi" | "donut" | "line";

export interface Widget {
  readonly id: string;
  readonly kind: WidgetKind;
  readonly title: string;
  /** Place on the 12 columns. */
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  readonly query: Query;
  readonly options?: Readonly<Record<string, unknown>> | null;
}

export interface Board {
  readonly id: string;
  readonly title: string;
  readonly description?: string;
  readonly revision: number;
  readonly widgets: readonly Widget[];
}

/** A board as lists show it. */
export interface BoardLine {
  readonly id: string;
  readonly title: string;
  readonly description?: string;
  readonly widget_count?: number;
  readonly revision: number;
  readonly changed_by?: string;
  readonly changed_at?: number;
}

export interface Statistic {
  readonly name: string;
  readonly title: string;
  readonly words: string;
  readonly unit: Unit;
  readonly category: string;
  readonly object_types: readonly string[];
}

export interface FloorObject {
  readonly object: string;
  readonly object_type: string;
  readonly name: string;
  readonly groups?: readonly string[];
}

export interface Point {
  readonly at: number;
  readonly v: number | null;
}
