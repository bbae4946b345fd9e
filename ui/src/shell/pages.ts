// Which pages somebody is led to, by what they may do. An address that is typed leads there all the same; the server decides.
import { t } from "@lingui/core/macro";
import type { Privilege } from "../api/types.ts";

const VIEWS: readonly Privilege[] = ["view_dashboard", "view_dashboard_restricted", "read_all_layouts"];

interface PageLink {
  readonly to: "/" | "/queues" | "/agents" | "/boards" | "/templates" | "/admin";
  readonly label: string;
  /** One of them is enough; none named: for everybody. */
  readonly needs: readonly Privilege[];
  /** Where there is little room, it stands in the menu of the user alone. */
  readonly isRare: boolean;
}

const PAGES: readonly PageLink[] = [
  { to: "/", label: t`Overview`, needs: [], isRare: false },
  { to: "/queues", label: t`Queues`, needs: [], isRare: false },
  { to: "/agents", label: t`Agents`, needs: [], isRare: false },
  { to: "/boards", label: t`Boards`, needs: VIEWS, isRare: false },
  { to: "/templates", label: t`Templates`, needs: ["manage_templates"], isRare: false },
  { to: "/admin", label: t`Administration`, needs: ["manage_users"], isRare: true },
];

export const pagesFor = (held: readonly Privilege[]): readonly PageLink[] => PAGES.filter(({ needs }) => needs.length === 0 || needs.some((need) => held.includes(need)));
