// What is shared: links for screens, and boards that were given to somebody. Each can be taken back.
import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { givenBoardsQuery, type GivenBoard } from "../../api/admin.ts";
import { putSharing, type SharedTo } from "../../api/sharing.ts";
import { endShare, sharesQuery, type Share } from "../../api/shares.ts";
import { nameOfWho, RIGHT_WORDS } from "../../boards/share-words.ts";
import { Button } from "../../kit/button.tsx";
import { Search } from "../../kit/controls.tsx";
import { dateAndTime } from "../../kit/format.ts";
import { Failed } from "../../parts/failed.tsx";
import { GridBones } from "../../parts/live-state.tsx";
import { useMayAdminister } from "../../parts/privileges.ts";
import { useZone } from "../../parts/zone.ts";
import { plain } from "../../shell/find.ts";
import { AdminPage } from "./admin-page.tsx";
import css from "./admin.module.css";
import { Ask } from "./ask.tsx";

/** Whether one of these names contains what is searched. */
const concerns = (query: string, names: readonly (string | null | undefined)[]): boolean => query === "" || names.some((name) => plain(name ?? "").includes(plain(query)));

export function SharesPage() {
  const search = useSearch({ from: "/admin/shares" });
  const navigate = useNavigate({ from: "/admin/shares" });
  const isAdmin = useMayAdminister();
  const links = useQuery({ ...sharesQuery, enabled: isAdmin });
  const boards = useQuery({ ...givenBoardsQuery, enabled: isAdmin });
  const [query, setQuery] = useState(search.q ?? "");
  const find = (q: string) => {
    setQuery(q);
    void navigate({ search: q === "" ? {} : { q }, replace: true });
  };
  return (
    <AdminPage tools={<Search label={t`Find a person`} value={query} onChange={find} />}>
      <section className={css["section"]} aria-labelledby="links">
        <h2 id="links"><Trans>Links for screens</Trans></h2>
        {links.isError ? <Failed error={links.error} onRetry={() => void links.refetch()} /> : links.data === undefined ? <GridBones columns={4} rows={2} /> : <Links links={links.data.filter(({ created_by }) => concerns(query, [created_by]))} isFiltered={query !== ""} titles={new Map(boards.data?.map(({ board, title }) => [board, title]))} />}
      </section>
      <section className={css["section"]} aria-labelledby="given">
        <h2 id="given"><Trans>Boards that belong to somebody</Trans></h2>
        {boards.isError ? <Failed error={boards.error} onRetry={() => void boards.refetch()} /> : boards.data === undefined ? <GridBones columns={4} rows={4} /> : <Given boards={boards.data} query={query} />}
      </section>
    </AdminPage>
  );
}

function Links({ links, isFiltered, titles }: { readonly links: readonly Share[]; readonly isFiltered: boolean; readonly titles: ReadonlyMap<string, string> }) {
  const zone = useZone();
  const client = useQueryClient();
  const [ending, setEnding] = useState<Share | null>(null);
  if (links.length === 0) return <p className={css["quiet"]}>{isFiltered ? t`They have made no link that leads anywhere now.` : t`No link leads anywhere now.`}</p>;
  return (
    <>
      <table className={css["table"]} aria-label={t`Links for screens`}>
        <thead>
          <tr>
            <th scope="col"><Trans>Where</Trans></th>
            <th scope="col"><Trans>Boards</Trans></th>
            <th scope="col"><Trans>Made by</Trans></th>
            <th scope="col"><Trans>Until</Trans></th>
            <th scope="col"><span className="heard"><Trans>Actions</Trans></span></th>
          </tr>
        </thead>
        <tbody>
          {links.map((link) => (
            <tr key={link.id}>
              <th scope="row">
                <span className={css["name"]}>{link.title}</span>
                {link.names_hidden && <span className={css["quiet"]}><Trans>without agents’ names</Trans></span>}
              </th>
              <td data-label={t`Boards`}>{link.boards.map((board) => titles.get(board) ?? board).join(", ")}</td>
              <td data-label={t`Made by`}>
                {link.created_by}
                <time className={css["quiet"]}>{dateAndTime(link.created_at / 1000, zone)}</time>
              </td>
              <td data-label={t`Until`}><time className={css["digits"]}>{dateAndTime(link.expires_at / 1000, zone)}</time></td>
              <td className={css["act"]}>
                <Button aria-label={t`Take back the link of ${link.title}`} onPress={() => { setEnding(link); }}><Trans>Take back</Trans></Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {ending !== null && (
        <Ask title={t`Take back the link of ${ending.title}?`} act={t`Take back`} onAct={() => endShare(ending.id).finally(() => client.invalidateQueries({ queryKey: sharesQuery.queryKey }))} onClose={() => { setEnding(null); }}>
          <p><Trans>Screens that show it go dark within seconds. It can’t be brought back; another one can be made.</Trans></p>
        </Ask>
      )}
    </>
  );
}

function Given({ boards, query }: { readonly boards: readonly GivenBoard[]; readonly query: string }) {
  const [taking, setTaking] = useState<{ readonly board: GivenBoard; readonly entry: SharedTo } | null>(null);
  const owned = boards.filter(({ owner }) => owner !== null);
  const shown = owned.filter((board) => concerns(query, [board.owner, ...board.with.flatMap(({ who, by }) => [who.user, who.role, by, who.everyone === true ? nameOfWho(who) : null])]));
  const free = boards.length - owned.length;
  return (
    <>
      {free > 0 && <p className={css["quiet"]}>{t`${plural(free, { one: "One more board is everybody’s: whoever may look at boards sees it.", other: "# more boards are everybody’s: whoever may look at boards sees them." })}`}</p>}
      {shown.length === 0 ? (
        <p className={css["quiet"]}>{query === "" ? t`No board belongs to anybody alone.` : t`No board belongs to them or was given to them.`}</p>
      ) : (
        <table className={css["table"]} aria-label={t`Boards that belong to somebody`}>
          <thead>
            <tr>
              <th scope="col"><Trans>Board</Trans></th>
              <th scope="col"><Trans>Whose</Trans></th>
              <th scope="col"><Trans>Given to</Trans></th>
            </tr>
          </thead>
          <tbody>
            {shown.map((board) => (
              <tr key={board.board}>
                <th scope="row">
                  <Link to="/boards/$board" params={{ board: board.board }} className={css["link"]}>{board.title}</Link>
                </th>
                <td data-label={t`Whose`}>{board.owner}</td>
                <td data-label={t`Given to`}>
                  {board.with.length === 0 ? <span className={css["quiet"]}><Trans>nobody else</Trans></span> : <Entries board={board} onTake={(entry) => { setTaking({ board, entry }); }} />}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {taking !== null && <Taking board={taking.board} entry={taking.entry} onClose={() => { setTaking(null); }} />}
    </>
  );
}

function Entries({ board, onTake }: { readonly board: GivenBoard; readonly onTake: (entry: SharedTo) => void }) {
  const zone = useZone();
  return (
    <ul className={css["entries"]}>
      {board.with.map((entry, ix) => {
        const name = nameOfWho(entry.who);
        return (
          <li key={ix}>
            <span>
              {name}, {RIGHT_WORDS[entry.right]()}
              {entry.by !== undefined && entry.at !== undefined && <span className={css["quiet"]}>{t`by ${entry.by}, ${dateAndTime(entry.at / 1000, zone)}`}</span>}
            </span>
            <Button look="quiet" aria-label={t`Take back ${board.title} from ${name}`} onPress={() => { onTake(entry); }}><Trans>Take back</Trans></Button>
          </li>
        );
      })}
    </ul>
  );
}

function Taking({ board, entry, onClose }: { readonly board: GivenBoard; readonly entry: SharedTo; readonly onClose: () => void }) {
  const client = useQueryClient();
  const name = nameOfWho(entry.who);
  const take = () =>
    putSharing(board.board, board.owner ?? "", board.with.filter((each) => each !== entry), board.revision).finally(async () => {
      await client.invalidateQueries({ queryKey: ["admin"] });
      await client.invalidateQueries({ queryKey: ["boards"] });
    });
  return (
    <Ask title={t`Take back ${board.title} from ${name}?`} act={t`Take back`} onAct={take} onClose={onClose}>
      <p><Trans>They no longer see this board, unless another share or role lets them. {board.owner} keeps it.</Trans></p>
    </Ask>
  );
}
