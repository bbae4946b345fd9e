// The frame of all administrators' pages: one title, an address for each part, and a clear word to who may not.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Notice } from "../../kit/notice.tsx";
import { Page } from "../../parts/page.tsx";
import { useMayAdminister } from "../../parts/privileges.ts";
import css from "./admin.module.css";

const PARTS = [
  { to: "/admin/users", label: t`Users` },
  { to: "/admin/shares", label: t({ message: "Shares", context: "what is shared with whom" }) },
  { to: "/admin/widgets", label: t`Widgets` },
  { to: "/admin/audit", label: t`Audit` },
] as const;

interface Props {
  readonly note?: ReactNode;
  readonly tools?: ReactNode;
  readonly children: ReactNode;
}

export function AdminPage({ note, tools, children }: Props) {
  const isAdmin = useMayAdminister();
  if (!isAdmin) {
    return (
      <Page title={t`Administration`}>
        <Notice title={t`You may not administer this installation`}>
          <p><Trans>It takes the privilege “manage_users”. An administrator can give you a role that has it.</Trans></p>
        </Notice>
      </Page>
    );
  }
  return (
    <Page title={t`Administration`} note={note} tools={tools} isScrolling>
      <nav className={css["parts"]} aria-label={t`Parts of the administration`}>
        {PARTS.map(({ to, label }) => (
          <Link key={to} to={to} className={css["part"]} activeOptions={{ includeSearch: false }} activeProps={{ "aria-current": "page" }}>
            {label}
          </Link>
        ))}
      </nav>
      <div className={css["area"]}>{children}</div>
    </Page>
  );
}
