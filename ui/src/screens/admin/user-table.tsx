// The people as a table; on a phone, one below the other.
import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { metaQuery, sessionQuery } from "../../api/queries.ts";
import { dateAndTime } from "../../kit/format.ts";
import { useZone } from "../../parts/zone.ts";
import css from "./admin.module.css";
import { rolesWords } from "./roles.ts";
import { UserActions } from "./user-actions.tsx";
import type { User } from "./user-list.ts";

export function UserTable({ users, onSee }: { readonly users: readonly User[]; readonly onSee: (user: User) => void }) {
  const service = useQuery(metaQuery).data?.sign_in.service ?? null;
  const me = useQuery(sessionQuery).data?.user;
  return (
    <table className={css["table"]} aria-label={t`Users`}>
      <thead>
        <tr>
          <th scope="col"><Trans>Who</Trans></th>
          <th scope="col"><Trans>Role</Trans></th>
          <th scope="col"><Trans>Signs in by</Trans></th>
          <th scope="col"><Trans>Last seen</Trans></th>
          <th scope="col"><Trans>State</Trans></th>
          <th scope="col"><span className="heard"><Trans>Actions</Trans></span></th>
        </tr>
      </thead>
      <tbody>
        {users.map((user) => (
          <tr key={`${user.way}/${user.user}`} data-off={user.isOff || undefined}>
            <th scope="row">
              <span className={css["name"]}>{user.name}</span>
              <span className={css["quiet"]}>{user.user === me ? t`${user.user} · you` : user.user}</span>
            </th>
            <td data-label={t`Role`}>
              {rolesWords(user.roles)}
              {user.account !== null && user.account.groups.length > 0 && <span className={css["quiet"]}>{user.account.groups.join(", ")}</span>}
            </td>
            <td data-label={t`Signs in by`}>{user.way === "account" ? t`account here` : (service ?? t`authorization service`)}</td>
            <td data-label={t`Last seen`}><Seen at={user.seen_at} /></td>
            <td data-label={t`State`}><State user={user} /></td>
            <td className={css["act"]}><UserActions user={user} onSee={() => { onSee(user); }} /></td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Seen({ at }: { readonly at: number | null }) {
  const zone = useZone();
  return at === null ? <span className={css["quiet"]}><Trans>never yet</Trans></span> : <time className={css["digits"]}>{dateAndTime(at / 1000, zone)}</time>;
}

function State({ user: { isOff, way, sessions } }: { readonly user: User }) {
  if (isOff) return <strong className={css["off"]}>{way === "account" ? t`Switched off` : t`No role any more`}</strong>;
  if (sessions === 0) return <span className={css["quiet"]}><Trans>not signed in</Trans></span>;
  return <span>{t`${plural(sessions, { one: "signed in", other: "signed in # times" })}`}</span>;
}
