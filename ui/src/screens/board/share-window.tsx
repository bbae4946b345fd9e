// A link for a screen on the wall: what it shows, until when, with or without names; and the links that there are.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { failureWords } from "../../api/client.ts";
import { endShare, makeShare, shareAddress, sharesQuery, type Share } from "../../api/shares.ts";
import type { Board } from "../../api/types.ts";
import { Button } from "../../kit/button.tsx";
import { Window } from "../../kit/dialog.tsx";
import { dateAndTime } from "../../kit/format.ts";
import { useZone } from "../../parts/zone.ts";
import { isWhole, newDraft, WallFields } from "../walls/wall-fields.tsx";
import css from "./share-window.module.css";

export default function ShareWindow({ boards, onClose }: { readonly boards: readonly Board[]; readonly onClose: () => void }) {
  const client = useQueryClient();
  const shares = useQuery(sharesQuery).data ?? [];
  const [draft, setDraft] = useState(newDraft(boards[0]?.title, boards.map(({ id }) => id)));
  const [address, setAddress] = useState<string | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const told = (error: unknown) => {
    setFailure(failureWords(error));
  };
  const make = () => {
    setFailure(null);
    makeShare({ ...draft, hours: draft.hours ?? 720 })
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
          <WallFields draft={draft} onChange={setDraft} livesLabel={t`The link lives for`} />
          <p className={css["quiet"]}><Trans>Whoever has the link sees these boards with what you may see, and nothing else; nobody can change anything through it.</Trans></p>
          {failure !== null && (
            <p role="alert" className={css["failure"]}>
              <Trans>That did not work: {failure}.</Trans>
            </p>
          )}
          {address === null ? (
            <Button look="primary" isDisabled={!isWhole(draft)} onPress={make}>
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
