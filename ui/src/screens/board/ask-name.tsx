// Asks for a name, and perhaps for a word of explanation.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useState, type FormEvent } from "react";
import { Button } from "../../kit/button.tsx";
import { Window } from "../../kit/dialog.tsx";
import { Written } from "../../kit/fields.tsx";
import css from "./board.module.css";

interface Props {
  readonly title: string;
  readonly label: string;
  readonly value: string;
  /** None: it is not asked for. */
  readonly description?: string;
  readonly action: string;
  readonly onClose: () => void;
  readonly onName: (name: string, description: string) => void;
}

const CHARS_MAX = 128;

export function AskName({ title, label, value, description, action, onClose, onName }: Props) {
  const [name, setName] = useState(value);
  const [about, setAbout] = useState(description ?? "");
  const isFit = name.trim() !== "" && name.length <= CHARS_MAX;
  const done = () => {
    if (!isFit) return;
    onName(name.trim(), about.trim());
    onClose();
  };
  return (
    <Window
      title={title}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}><Trans>Cancel</Trans></Button>
          <Button look="primary" isDisabled={!isFit} onPress={done}>
            {action}
          </Button>
        </>
      }
    >
      <form
        className={css["form"]}
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          done();
        }}
      >
        <Written label={label} value={name} onChange={setName} isFirst error={name.length > CHARS_MAX ? t`At most ${CHARS_MAX} characters.` : null} />
        {/* With two fields, Enter sends a form only if it has a button for it. */}
        <button type="submit" hidden>
          {action}
        </button>
        {description !== undefined && <Written label={t`What it is for`} value={about} onChange={setAbout} />}
      </form>
    </Window>
  );
}
