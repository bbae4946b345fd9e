// A link for a screen on the wall: what it shows, until when, with or without names; and the links that there are.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { failureWords } from "../../api/client.ts";
import { boardsQuery } from "../../api/queries.ts";
import { endShare, makeShare, shareAddress, sharesQuery, type Share } from "../../api/shares.ts";
import type { Board } from "../../api/types.ts";
import { SECONDS_USUAL } from "../../boards/wall.ts";
import { Button } from "../../kit/button.tsx";
import { Dropdown } from "../../kit/controls.tsx";
import { Window } from "../../kit/dialog.tsx";
import { Amount, Labelled, Toggle, Written } from "../../kit/fields.tsx";
import { dateAndTime } from "../../kit/format.ts";
import { PickList } from "../../kit/pick-list.tsx";
import { useZone } from "../../parts/zone.ts";
import css from "./share-window.module.css";

const LIVES = [
  { id: "12", label: t`Today (12 hours)` },
  { id: "168", label: t`A week` },
  { id: "720", label: t`30 days` },
  { id: "8760", label: t`A year` },
];

export default function ShareWindow({ boards, onClose }: { readonly boards: readonly Board[]; readonly onClose: () => void }) {
  const client = useQueryClient();
  const all = useQuery(boardsQuery).data ?? [];
  const shares = useQuery(sharesQuery).data ?? [];
  const [title, setTitle] = useState(boards[0]?.title ?? "");
  const [chosen, setChosen] = useState<readonly string[]>(boards.map(({ id }) => id));
  const [hours, setHours] = useState("720");
  const [every, setEvery] = useState(SECONDS_USUAL);
  const [isHidden, setHidden] = useState(false);
  const [address, setAddress] = useState<string | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const told = (error: unknown) => {
    setFailure(failureWords(error));
  };
  const make = () => {
    setFailure(null);
    makeShare({ title, boards: chosen, hours: Number(hours), every, names_hidden: isHidden })
      .then(async ({ token }) => {
        setAddress(shareAddress(window.location.origin, token));
        await client.invalidateQueries({ queryKey: sharesQuery.queryKey });
      })
      .catch(told);
  };
  const end = (share: Share) => {
    endShare(share.id)
      .then(() => client.invalidateQueries({ queryKey: sharesQuery.queryKey }))
      .catch(told);
  };
  return (
    <Window title={t`Link for a screen`} size="large" isOpen onClose={onClose}>
      <div className={css["window"]}>
        <div className={css["form"]}>
          <Written label={t`Where the screen hangs`} value={title} onChange={setTitle} />
          <Labelled label={t`Boards that take turns`}>
            <PickList label={t`Find boards`} items={all.map((board) => ({ id: board.id, label: board.title }))} chosen={chosen} onChange={setChosen} />
          </Labelled>
          <div className={css["pair"]}>
            <Labelled label={t`The link lives for`}>
              <Dropdown label={t`The link lives for`} value={hours} choices={LIVES} onChange={setHours} />
            </Labelled>
            <Amount label={t`Seconds for each page`} value={every} onChange={(seconds) => { setEvery(seconds ?? SECONDS_USUAL); }} />
          </div>
          <Toggle label={t`Agents without their names`} isOn={isHidden} onChange={setHidden} help={t`They are numbered on the screen.`} />
          <p className={css["quiet"]}><Trans>Whoever has the link sees these boards with what you may see, and nothing else; nobody can change anything through it.</Trans></p>
          {failure !== null && (
            <p role="alert" className={css["failure"]}>
              <Trans>That did not work: {failure}.</Trans>
            </p>
          )}
          {address === null ? (
            <Button look="primary" isDisabled={chosen.length === 0 || title.trim() === ""} onPress={make}>
              <Trans>Make the link</Trans>
            </Button>
          ) : (
            <NewLink address={address} />
          )}
        </div>
        <Links shares={shares} onEnd={end} />
      </div>
    </Window>
  );
}

function NewLink({ address }: { readonly address: string }) {
  const [isCopied, setCopied] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  // The button that was pressed is gone: the focus goes on to what it made.
  useEffect(() => {
    field.current?.focus();
  }, []);
  return (
    <div className={css["made"]} role="status">
      <p><Trans>It is shown this once:</Trans></p>
      <input ref={field} className={css["address"]} readOnly value={address} aria-label={t`The link`} onFocus={(event) => { event.currentTarget.select(); }} />
      <Button
        onPress={() => {
          // Browsers lend the clipboard to pages that came by HTTPS only.
          void (navigator.clipboard as Clipboard | undefined)?.writeText(address).then(() => {
            setCopied(true);
          });
        }}
      >
        {isCopied ? t`Copied` : t`Copy`}
      </Button>
    </div>
  );
}

function Links({ shares, onEnd }: { readonly shares: readonly Share[]; readonly onEnd: (share: Share) => void }) {
  const zone = useZone();
  return (
    <div className={css["links"]}>
      <h3><Trans>Links that lead here now</Trans></h3>
      {shares.length === 0 ? (
        <p className={css["quiet"]}><Trans>None.</Trans></p>
      ) : (
        <ul>
          {shares.map((share) => (
            <li key={share.id} className={css["link"]}>
              <span>
                <strong>{share.title}</strong>
                <span className={css["quiet"]}>
                  <Trans>{share.boards.join(", ")} · by {share.created_by} · until {dateAndTime(share.expires_at / 1000, zone)}</Trans>
                </span>
              </span>
              <Button
                onPress={() => {
                  onEnd(share);
                }}
              >
                <Trans>Take back</Trans>
              </Button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
