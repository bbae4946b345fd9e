// What the REST API answers (GET /api/v1/openapi.json).
import type { Query, Unit } from "../live/frame.ts";

export interface Session {
  readonly user: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly csrf: string;
}

/** What one may do; most need others. */
export type Privilege =
  | "view_dashboard"
  | "view_dashboard_restricted"
  | "manage_tabs"
  | "view_contacts"
  | "edit_widget_display"
  | "manage_widgets"
  | "manage_shared_dashboards"
  | "manage_templates"
  | "add_dashboards_without_limit"
  | "add_widgets_without_limit"
  | "manage_users"
  | "read_all_layouts";

/** What one may see and do oneself. */
export interface Access {
  readonly scope: "everything" | "some" | "nothing";
  readonly state: "fresh" | "expired" | "unknown";
  readonly privileges: readonly Privilege[];
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
  /** Changes with the pages that the server brings; a page of another build is out of date. */
  readonly build?: string;
  /** Origins whose pages may be shown in boards. */
  readonly frames?: readonly string[];
  /** Kinds of widgets that an administrator switched off. */
  readonly widgets_off?: readonly WidgetKind[];
  /** Past values are kept for so many seconds. */
  readonly history_seconds?: number;
  /** The server's clock, microseconds. */
  readonly now: number;
}

export type WidgetKind = "grid" | "kpi" | "list" | "donut" | "line" | "bar" | "gauge" | "heat" | "timeline" | "alerts" | "text" | "iframe";

export interface Widget {
  readonly id: string;
  readonly kind: WidgetKind;
  readonly title: string;
  /** Place on the 12 columns. */
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  /** None: it shows no values (texts, pages from elsewhere, alerts). */
  readonly query?: Query;
  /** The tab it lies on; none: the first. */
  readonly tab?: string;
  readonly options?: Readonly<Record<string, unknown>> | null;
}

export interface Tab {
  readonly id: string;
  readonly title: string;
}

export interface Board {
  readonly id: string;
  readonly title: string;
  readonly description?: string;
  readonly revision: number;
  readonly tabs?: readonly Tab[];
  readonly widgets: readonly Widget[];
}

/** An earlier version of a board. */
export interface BoardVersion {
  readonly revision: number;
  readonly changed_by: string;
  readonly changed_at: number;
  readonly board: Board;
}

/** A template: what it is for, and the widget that it makes. */
export interface Template {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly object_types: readonly string[];
  readonly pending: readonly string[];
  /** How values are written, by what the widget calls the column. */
  readonly columns?: readonly { readonly statistic: string; readonly format: string | null }[];
  readonly widget: Pick<Widget, "kind" | "title" | "w" | "h" | "query" | "options">;
  readonly revision: number;
  readonly changed_by: string;
  readonly changed_at: number;
  /** It came with the program. */
  readonly shipped: boolean;
  /** It came with the program, and somebody changed it here. */
  readonly edited: boolean;
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
