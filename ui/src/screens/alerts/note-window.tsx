// Somebody takes care, and may say how.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useState, type FormEvent } from "react";
import { Button } from "../../kit/button.tsx";
import { Window } from "../../kit/dialog.tsx";
import { Written } from "../../kit/fields.tsx";
import css from "./alerts.module.css";

export function NoteWindow({ title, onClose, onNote }: { readonly title: string; readonly onClose: () => void; readonly onNote: (note: string) => void }) {
  const [note, setNote] = useState("");
  return (
    <Window
      title={t`Acknowledge: ${title}`}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button
            look="primary"
            onPress={() => {
              onNote(note);
            }}
          >
            <Trans>I take care</Trans>
          </Button>
        </>
      }
    >
      <form
        className={css["form"]}
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          onNote(note);
        }}
      >
        <Written isFirst label={t`Note`} help={t`What is being done. Others see it beside the alert.`} value={note} onChange={setNote} />
      </form>
    </Window>
  );
}
