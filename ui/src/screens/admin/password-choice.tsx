// A password is made here and shown once, or typed by hand.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useEffect, useRef, useState } from "react";
import { FieldError, Input, Label, TextField } from "react-aria-components";
import type { AccountForm } from "../../api/admin.ts";
import { Button } from "../../kit/button.tsx";
import { Segmented } from "../../kit/controls.tsx";
import { Window } from "../../kit/dialog.tsx";
import { Labelled } from "../../kit/fields.tsx";
import css from "./admin.module.css";

export interface PasswordWish {
  readonly how: "invented" | "typed";
  readonly password: string;
}

/** As the server asks it. */
const CHARS_MIN = 8;

export const isChosen = ({ how, password }: PasswordWish): boolean => how === "invented" || password.length >= CHARS_MIN;

export const passwordForm = ({ how, password }: PasswordWish): Pick<AccountForm, "password" | "invent_password"> => (how === "invented" ? { invent_password: true } : { password });

export function PasswordChoice({ wish, onChange }: { readonly wish: PasswordWish; readonly onChange: (wish: PasswordWish) => void }) {
  const isShort = wish.password !== "" && wish.password.length < CHARS_MIN;
  return (
    <Labelled label={t`Password`} help={wish.how === "invented" ? t`It is shown once, to be handed over.` : undefined}>
      <Segmented
        label={t`Where the password comes from`}
        value={wish.how}
        choices={[
          { id: "invented", label: t`Made here` },
          { id: "typed", label: t`Typed by hand` },
        ]}
        onChange={(how) => {
          onChange({ ...wish, how });
        }}
      />
      {wish.how === "typed" && (
        <TextField
          className={css["password"] ?? ""}
          type="password"
          autoComplete="new-password"
          value={wish.password}
          isInvalid={isShort}
          onChange={(password) => {
            onChange({ ...wish, password });
          }}
        >
          <Label className="heard">{t`The password`}</Label>
          <Input className={css["input"] ?? ""} />
          {isShort ? <FieldError className={css["failure"] ?? ""}>{t`At least ${CHARS_MIN} characters.`}</FieldError> : <span className={css["quiet"]}>{t`At least ${CHARS_MIN} characters.`}</span>}
        </TextField>
      )}
    </Labelled>
  );
}

/** The only time that it is shown. */
export function PasswordOnce({ name, user, password, onClose }: { readonly name: string; readonly user: string; readonly password: string; readonly onClose: () => void }) {
  const [isCopied, setCopied] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    field.current?.focus();
  }, []);
  return (
    <Window title={t`The password of ${name}`} isOpen mustAnswer onClose={onClose} footer={<Button look="primary" onPress={onClose}><Trans>I have it</Trans></Button>}>
      <div className={css["form"]}>
        <p><Trans>It is shown this once. Hand it over together with the name to sign in with: <strong>{user}</strong></Trans></p>
        <input ref={field} className={`${css["input"]} ${css["secret"]}`} readOnly value={password} aria-label={t`The new password`} onFocus={(event) => { event.currentTarget.select(); }} />
        <Button
          onPress={() => {
            // Browsers lend the clipboard to pages that came by HTTPS only.
            void (navigator.clipboard as Clipboard | undefined)?.writeText(password).then(() => {
              setCopied(true);
            });
          }}
        >
          {isCopied ? t`Copied` : t`Copy`}
        </Button>
      </div>
    </Window>
  );
}
