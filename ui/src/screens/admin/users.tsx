// Who may come in: local accounts, and people whom an authorization service lets in; since when they were not seen, what they may do.
import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { accountsQuery, peopleQuery } from "../../api/admin.ts";
import { metaQuery } from "../../api/queries.ts";
import { Button } from "../../kit/button.tsx";
import { Search } from "../../kit/controls.tsx";
import { Notice } from "../../kit/notice.tsx";
import { Failed } from "../../parts/failed.tsx";
import { GridBones } from "../../parts/live-state.tsx";
import { useMayAdminister } from "../../parts/privileges.ts";
import { AccountWindow } from "./account-window.tsx";
import { AdminPage } from "./admin-page.tsx";
import css from "./admin.module.css";
import { SeesWindow } from "./sees-window.tsx";
import { allUsers, foundUsers } from "./user-list.ts";
import { UserTable } from "./user-table.tsx";

export function UsersPage() {
  const search = useSearch({ from: "/admin/users" });
  const navigate = useNavigate({ from: "/admin/users" });
  const isAdmin = useMayAdminister();
  const meta = useQuery(metaQuery).data;
  const service = meta?.sign_in.service ?? null;
  const isLocal = meta?.sign_in.local === true;
  const accounts = useQuery({ ...accountsQuery, enabled: isAdmin });
  const people = useQuery({ ...peopleQuery, enabled: isAdmin });
  const [query, setQuery] = useState(search.q ?? "");
  const [isMaking, setMaking] = useState(false);
  const find = (q: string) => {
    setQuery(q);
    void navigate({ search: ({ q: _, ...rest }) => (q === "" ? rest : { ...rest, q }), replace: true });
  };
  const users = accounts.data === undefined || people.data === undefined ? undefined : allUsers(accounts.data, people.data);
  const shown = users === undefined ? [] : foundUsers(users, query);
  const seen = users?.find(({ user, way }) => user === search.see && way === (search.way ?? "account"));
  const failed = accounts.isError ? accounts : people.isError ? people : null;
  return (
    <AdminPage
      note={users === undefined ? undefined : t`${plural(users.length, { one: "# person", other: "# people" })}`}
      tools={
        <>
          <Search label={t`Find a person`} value={query} onChange={find} />
          {isLocal && (
            <Button look="primary" onPress={() => { setMaking(true); }}>
              <Trans>New account</Trans>
            </Button>
          )}
        </>
      }
    >
      {service !== null && (
        <p className={css["hint"]}>
          {isLocal ? (
            <Trans>People sign in by {service}, or by an account of this list. Roles and passwords of those who come by {service} are kept there; they stand here since they came.</Trans>
          ) : (
            <Trans>People sign in by {service}: their accounts, roles and passwords are kept there. Here stands who has come.</Trans>
          )}
        </p>
      )}
      {failed !== null ? (
        <Failed error={failed.error} onRetry={() => void failed.refetch()} />
      ) : users === undefined ? (
        <GridBones columns={5} rows={6} />
      ) : shown.length === 0 ? (
        <Notice title={query === "" ? t`Nobody has come yet` : t`Nobody is called that`}>
          {query === "" ? <Trans>Whoever signs in by {service ?? ""} appears here.</Trans> : <Trans>The search looks at names, roles and groups.</Trans>}
        </Notice>
      ) : (
        <UserTable users={shown} onSee={({ user, way }) => void navigate({ search: (now) => ({ ...now, see: user, way }) })} />
      )}
      {isMaking && <AccountWindow account={null} onClose={() => { setMaking(false); }} />}
      {seen !== undefined && (
        <SeesWindow
          user={seen}
          object={search.object ?? null}
          onObject={(object) => void navigate({ search: ({ object: _, ...rest }) => (object === null ? rest : { ...rest, object }), replace: true })}
          onClose={() => void navigate({ search: ({ see: _, way: __, object: ___, ...rest }) => rest, replace: true })}
        />
      )}
    </AdminPage>
  );
}
