// Another password for an account, in place of one that was forgotten.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useState } from "react";
import { amended, changeAccount, type Account } from "../../api/admin.ts";
import { failureWords } from "../../api/client.ts";
import { Button } from "../../kit/button.tsx";
import { Window } from "../../kit/dialog.tsx";
import css from "./admin.module.css";
import { Failure } from "./ask.tsx";
import { isChosen, passwordForm, PasswordChoice, PasswordOnce, type PasswordWish } from "./password-choice.tsx";
import { useAskAgain } from "./user-actions.tsx";

export function PasswordWindow({ account, onClose }: { readonly account: Account; readonly onClose: () => void }) {
  const askAgain = useAskAgain();
  const [wish, setWish] = useState<PasswordWish>({ how: "invented", password: "" });
  const [told, setTold] = useState<string | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const { name, user } = account;
  const save = () => {
    setFailure(null);
    changeAccount(account, amended(account, passwordForm(wish)))
      .then(({ new_password }) => {
        if (new_password === undefined) onClose();
        else setTold(new_password);
      })
      .catch((error: unknown) => {
        setFailure(failureWords(error));
      })
      .finally(() => void askAgain());
  };
  if (told !== null) return <PasswordOnce name={name} user={user} password={told} onClose={onClose} />;
  return (
    <Window
      title={t`New password for ${name}`}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}><Trans>Cancel</Trans></Button>
          <Button look="primary" isDisabled={!isChosen(wish)} onPress={save}><Trans>Change it</Trans></Button>
        </>
      }
    >
      <div className={css["form"]}>
        <PasswordChoice wish={wish} onChange={setWish} />
        <p className={css["quiet"]}><Trans>The old one ends, and all their sessions with it.</Trans></p>
        <Failure words={failure} />
      </div>
    </Window>
  );
}
