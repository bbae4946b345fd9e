// Who changed what and when: newest first, by person, kind and time; an entry opens what differs.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { trailFile, trailQuery, type AuditEntry } from "../../api/audit.ts";
import { metaQuery } from "../../api/queries.ts";
import { Button } from "../../kit/button.tsx";
import { Dropdown, Search } from "../../kit/controls.tsx";
import { dateAndTime } from "../../kit/format.ts";

import { Notice } from "../../kit/notice.tsx";
import { Failed } from "../../parts/failed.tsx";
import { useLater } from "../../parts/later.ts";
import { GridBones } from "../../parts/live-state.tsx";
import { useMayAdminister } from "../../parts/privileges.ts";
import { useZone } from "../../parts/zone.ts";
import { AdminPage } from "./admin-page.tsx";
import css from "./admin.module.css";
import { timeOf } from "./audit-time.ts";
import { byWords, entryWords, kindChoices } from "./audit-words.ts";
import { EntryWindow } from "./entry-window.tsx";
import { TimePick } from "./time-pick.tsx";

export function AuditPage() {
  const search = useSearch({ from: "/admin/audit" });
  const navigate = useNavigate({ from: "/admin/audit" });
  const isAdmin = useMayAdminister();
  const zone = useZone();
  const [who, setWho] = useState(search.who ?? "");
  // By the centre's clock: that of a browser may be wrong.
  const now = (useQuery(metaQuery).data?.now ?? 0) / 1000;
  const { kind = "", time = "" } = search;
  // One asks when one has stopped typing.
  const asked = useLater(who, 300);
  const wish = useMemo(() => ({ who: asked.trim(), kind, ...timeOf(time, now, zone) }), [asked, kind, time, now, zone]);
  const trail = useInfiniteQuery({ ...trailQuery(wish), enabled: isAdmin && now > 0 });
  const entries = trail.data?.pages.flatMap((page) => page.entries);
  const keptDays = Math.round((trail.data?.pages[0]?.kept_s ?? 0) / 86_400);
  const say = (change: { who?: string; kind?: string; time?: string }) =>
    void navigate({ search: (now) => Object.fromEntries(Object.entries({ ...now, ...change }).filter(([, value]) => value !== "")), replace: true });
  const isFiltered = wish.who !== "" || kind !== "" || time !== "";
  return (
    <AdminPage
      note={keptDays > 0 ? t`Kept for ${keptDays} days` : undefined}
      tools={
        <>
          <Search
            label={t`Who did it`}
            value={who}
            onChange={(next) => {
              setWho(next);
              say({ who: next });
            }}
          />
          <Dropdown label={t`What it was about`} value={kind} choices={kindChoices()} onChange={(next) => { say({ kind: next }); }} />
          <TimePick time={time} onTime={(next) => { say({ time: next }); }} />
          <a className={css["file"]} href={trailFile(wish)} download>
            <Trans>Save as CSV</Trans>
          </a>
        </>
      }
    >
      {trail.isError && entries === undefined ? (
        <Failed error={trail.error} onRetry={() => void trail.refetch()} />
      ) : entries === undefined ? (
        <GridBones columns={3} rows={8} />
      ) : entries.length === 0 ? (
        <Notice title={isFiltered ? t`Nothing of that kind was done then` : t`Nothing was done yet`}>{isFiltered && <Trans>The name must be written in full.</Trans>}</Notice>
      ) : (
        <>
          <Entries entries={entries} onOpen={(entry) => void navigate({ search: (now) => ({ ...now, entry: String(entry.number) }) })} />
          {trail.hasNextPage && (
            <div className={css["further"]}>
              <Button isDisabled={trail.isFetchingNextPage} onPress={() => void trail.fetchNextPage()}><Trans>Older entries</Trans></Button>
            </div>
          )}
        </>
      )}
      {isAdmin && search.entry !== undefined && <EntryWindow number={search.entry} onClose={() => void navigate({ search: ({ entry: _, ...rest }) => rest, replace: true })} />}
    </AdminPage>
  );
}

function Entries({ entries, onOpen }: { readonly entries: readonly AuditEntry[]; readonly onOpen: (entry: AuditEntry) => void }) {
  const zone = useZone();
  return (
    <table className={`${css["table"]} ${css["trail"]}`} aria-label={t`Who did what`}>
      <thead>
        <tr>
          <th scope="col"><Trans>When</Trans></th>
          <th scope="col"><Trans>Who</Trans></th>
          <th scope="col"><Trans>What</Trans></th>
          <th scope="col"><Trans>From</Trans></th>
          <th scope="col"><span className="heard"><Trans>Actions</Trans></span></th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <tr key={entry.number} data-refused={entry.kind === "sign_in_refused" || undefined}>
            <td><time className={css["digits"]}>{dateAndTime(entry.at / 1000, zone, true)}</time></td>
            <th scope="row">{byWords(entry)}</th>
            <td>{entryWords(entry)}</td>
            <td className={css["quiet"]}>{entry.detail}</td>
            <td className={css["act"]}>
              {entry.did !== "done" && (
                <Button look="quiet" aria-label={t`What differs: ${byWords(entry)} ${entryWords(entry)}`} onPress={() => { onOpen(entry); }}><Trans>What differs</Trans></Button>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
