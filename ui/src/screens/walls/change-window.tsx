// Changing a wall from afar: its screen follows without being touched.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Failure, failureWords } from "../../api/client.ts";
import { changeShare, wallsQuery, type Share } from "../../api/shares.ts";
import { Button } from "../../kit/button.tsx";
import { Window } from "../../kit/dialog.tsx";
import { dateAndTime } from "../../kit/format.ts";
import { useZone } from "../../parts/zone.ts";
import { isWhole, WallFields, type WallDraft } from "./wall-fields.tsx";
import css from "./walls.module.css";

export function ChangeWindow({ wall, onClose }: { readonly wall: Share; readonly onClose: () => void }) {
  const client = useQueryClient();
  const zone = useZone();
  const { title, boards, names_hidden: isHidden, every } = wall;
  const [draft, setDraft] = useState<WallDraft>({ title, boards, names_hidden: isHidden, every, hours: null });
  const [failure, setFailure] = useState<string | null>(null);
  const change = () => {
    setFailure(null);
    changeShare(wall, draft)
      .then(async () => {
        await client.invalidateQueries({ queryKey: wallsQuery.queryKey });
        onClose();
      })
      .catch((error: unknown) => {
        setFailure(error instanceof Failure && error.kind === "overtaken" ? t`somebody changed it meanwhile; close this and look at it again` : failureWords(error));
      });
  };
  return (
    <Window
      title={t`Change “${title}”`}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}><Trans>Cancel</Trans></Button>
          <Button look="primary" isDisabled={!isWhole(draft)} onPress={change}><Trans>Save</Trans></Button>
        </>
      }
    >
      <div className={css["form"]}>
        <WallFields draft={draft} onChange={setDraft} livesLabel={t`It stays for`} unchanged={t`Until ${dateAndTime(wall.expires_at / 1000, zone)}, as now`} />
        <p className={css["quiet"]}><Trans>The screen follows within seconds, with what {wall.created_by} may see.</Trans></p>
        {failure !== null && <p role="alert" className={css["failure"]}><Trans>That did not work: {failure}.</Trans></p>}
      </div>
    </Window>
  );
}
