// One change: who made it, when, and what differs since.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { auditEntryQuery, type OpenedEntry } from "../../api/audit.ts";
import type { Board } from "../../api/types.ts";
import { differences } from "../../boards/words.ts";
import { Window } from "../../kit/dialog.tsx";
import { dateAndTime } from "../../kit/format.ts";
import { Bone } from "../../kit/notice.tsx";
import { Failed } from "../../parts/failed.tsx";
import { useZone } from "../../parts/zone.ts";
import css from "./admin.module.css";
import { byWords, entryWords } from "./audit-words.ts";
import { jsonDifferences, type PlaceDifference } from "./json-difference.ts";

/** Beyond these, nobody reads on. */
const SHOWN_MAX = 200;

export function EntryWindow({ number, onClose }: { readonly number: string; readonly onClose: () => void }) {
  const opened = useQuery(auditEntryQuery(number));
  const zone = useZone();
  const entry = opened.data?.entry;
  return (
    <Window title={entry === undefined ? t`What differs` : t`${byWords(entry)} ${entryWords(entry)}`} size="large" isOpen onClose={onClose}>
      {opened.isPending ? (
        <Bone width="100%" height="6rem" />
      ) : opened.isError ? (
        <Failed error={opened.error} onRetry={() => void opened.refetch()} />
      ) : (
        <div className={css["form"]}>
          <p className={css["quiet"]}>{dateAndTime(opened.data.entry.at / 1000, zone, true)}</p>
          <Contents opened={opened.data} />
        </div>
      )}
    </Window>
  );
}

function Contents({ opened: { entry, before, after, contents } }: { readonly opened: OpenedEntry }) {
  if (contents === "nothing") return <p><Trans>This changed no document.</Trans></p>;
  if (contents === "gone") return <p><Trans>What it held then is no longer kept: of each document the last 100 versions are.</Trans></p>;
  if (contents === "withheld") return <p><Trans>It may name objects that you may not see. Who sees all objects can look at it.</Trans></p>;
  const said = entry.kind === "board" && entry.did === "changed" ? boardWords(before, after) : [];
  const told = jsonDifferences(before, after);
  return (
    <>
      {said.length > 0 && (
        <ul className={css["said"]} aria-label={t`In words`}>
          {said.map((sentence, ix) => (
            <li key={ix}>{sentence}</li>
          ))}
        </ul>
      )}
      {told.length === 0 ? <p><Trans>Nothing differs: it was stored once more as it was.</Trans></p> : <Places told={told} />}
    </>
  );
}

/** Sentences for a board; none where one of both can't be read as one. */
function boardWords(before: unknown, after: unknown): readonly string[] {
  try {
    return differences(before as Board, after as Board);
  } catch {
    return [];
  }
}

function Places({ told }: { readonly told: readonly PlaceDifference[] }) {
  return (
    <>
      <table className={`${css["table"]} ${css["places"]}`} aria-label={t`Place by place`}>
        <thead>
          <tr>
            <th scope="col"><Trans>Place</Trans></th>
            <th scope="col"><Trans context="of a change">Before</Trans></th>
            <th scope="col"><Trans context="of a change">After</Trans></th>
          </tr>
        </thead>
        <tbody>
          {told.slice(0, SHOWN_MAX).map(({ place, before, after }) => (
            <tr key={place}>
              <th scope="row">{place}</th>
              <td><Side text={before} /></td>
              <td><Side text={after} /></td>
            </tr>
          ))}
        </tbody>
      </table>
      {told.length > SHOWN_MAX && <p className={css["quiet"]}><Trans>And {told.length - SHOWN_MAX} more.</Trans></p>}
    </>
  );
}

function Side({ text }: { readonly text: string | null }) {
  return text === null ? <span className={css["quiet"]}><Trans>was not there</Trans></span> : <>{text}</>;
}
