// Pairing a screen: the code that it shows, and what it shall show.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Failure, failureWords } from "../../api/client.ts";
import { pairScreen, wallsQuery, type Share } from "../../api/shares.ts";
import { grouped, isWholeCode, typedCode } from "../../boards/pairing.ts";
import { Button } from "../../kit/button.tsx";
import { Window } from "../../kit/dialog.tsx";
import { Written } from "../../kit/fields.tsx";
import { isWhole, newDraft, WallFields } from "./wall-fields.tsx";
import css from "./walls.module.css";

export function PairWindow({ onPaired, onClose }: { readonly onPaired: (wall: Share) => void; readonly onClose: () => void }) {
  const client = useQueryClient();
  const [code, setCode] = useState("");
  const [draft, setDraft] = useState(newDraft());
  const [wrong, setWrong] = useState<string | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [isAsking, setAsking] = useState(false);
  // A wrong code is typed again: its field is made anew, and takes the focus.
  const [attempt, setAttempt] = useState(0);
  const isReady = isWholeCode(code) && isWhole(draft);
  const pair = () => {
    if (isAsking) return;
    setFailure(null);
    setWrong(null);
    setAsking(true);
    pairScreen(code, { ...draft, hours: draft.hours ?? 720 })
      .then(async (wall) => {
        await client.invalidateQueries({ queryKey: wallsQuery.queryKey });
        onPaired(wall);
      })
      .catch((error: unknown) => {
        setAsking(false);
        if (error instanceof Failure && error.code === "not_found") {
          setWrong(t`No screen shows this code. It lives for some minutes: read it once more.`);
          setAttempt(attempt + 1);
        } else setFailure(error instanceof Failure && error.cure !== null ? `${error.message}; ${error.cure}` : failureWords(error));
      });
  };
  return (
    <Window
      title={t`Pair a screen`}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}><Trans>Cancel</Trans></Button>
          <Button look="primary" isDisabled={!isReady} onPress={pair}><Trans>Pair it</Trans></Button>
        </>
      }
    >
      <div className={css["form"]}>
        <p className={css["quiet"]}><Trans>On the screen’s browser, open <strong>{window.location.host}/pair</strong>: it shows a code.</Trans></p>
        <div className={css["code"]}>
          <Written key={attempt} label={t`Code on the screen`} value={grouped(code)} placeholder="000 000" isFirst isDigits error={wrong} onChange={(text) => { setCode(typedCode(text)); setWrong(null); }} />
        </div>
        <WallFields draft={draft} onChange={setDraft} livesLabel={t`It stays for`} />
        <p className={css["quiet"]}><Trans>The screen shows these boards with what you may see, and nothing else; nobody can change anything through it.</Trans></p>
        {failure !== null && <p role="alert" className={css["failure"]}><Trans>That did not work: {failure}.</Trans></p>}
      </div>
    </Window>
  );
}
