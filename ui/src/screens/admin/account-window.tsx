// An account: made or changed.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useState } from "react";
import { changeAccount, makeAccount, type Account, type AccountForm } from "../../api/admin.ts";
import { failureWords } from "../../api/client.ts";
import { Button } from "../../kit/button.tsx";
import { Window } from "../../kit/dialog.tsx";
import { Written } from "../../kit/fields.tsx";
import css from "./admin.module.css";
import { Failure } from "./ask.tsx";
import { isChosen, passwordForm, PasswordChoice, PasswordOnce, type PasswordWish } from "./password-choice.tsx";
import { RolePick } from "./role-pick.tsx";
import { listed } from "./roles.ts";
import { useAskAgain } from "./user-actions.tsx";

export function AccountWindow({ account, onClose }: { readonly account: Account | null; readonly onClose: () => void }) {
  const askAgain = useAskAgain();
  const [user, setUser] = useState("");
  const [name, setName] = useState(account?.name ?? "");
  const [roles, setRoles] = useState<readonly string[]>(account?.roles ?? ["viewer"]);
  const [groups, setGroups] = useState(account?.groups.join(", ") ?? "");
  const [allow, setAllow] = useState(account?.access?.allow?.join("\n") ?? "");
  const [deny, setDeny] = useState(account?.access?.deny?.join("\n") ?? "");
  const [wish, setWish] = useState<PasswordWish>({ how: "invented", password: "" });
  const [made, setMade] = useState<Account | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const form = (): AccountForm => {
    const access = { allow: listed(allow), deny: listed(deny) };
    const isBounded = access.allow.length + access.deny.length > 0;
    const shown = name.trim() === "" ? user.trim() : name.trim();
    return { name: shown, roles, groups: listed(groups), access: isBounded ? access : null, disabled: account?.disabled ?? false, ...(account === null ? { user: user.trim(), ...passwordForm(wish) } : {}) };
  };
  const save = () => {
    setFailure(null);
    (account === null ? makeAccount(form()) : changeAccount(account, form()))
      .then((stored) => {
        if (stored.new_password === undefined) onClose();
        else setMade(stored);
      })
      .catch((error: unknown) => {
        setFailure(failureWords(error));
      })
      .finally(() => void askAgain());
  };
  if (made !== null) return <PasswordOnce name={made.name} user={made.user} password={made.new_password ?? ""} onClose={onClose} />;
  const isReady = roles.length > 0 && (account !== null || (user.trim() !== "" && isChosen(wish)));
  return (
    <Window
      title={account === null ? t`New account` : t`Change ${account.name}`}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}><Trans>Cancel</Trans></Button>
          <Button look="primary" isDisabled={!isReady} onPress={save}>{account === null ? t`Make the account` : t`Save`}</Button>
        </>
      }
    >
      <div className={css["form"]}>
        {account === null && <Written label={t`Name to sign in with`} value={user} onChange={setUser} isFirst help={t`Without spaces. It can’t be changed later.`} />}
        <Written label={t`Name for people`} value={name} onChange={setName} />
        <RolePick roles={roles} onChange={setRoles} />
        {account === null && <PasswordChoice wish={wish} onChange={setWish} />}
        <details className={css["more"]} open={allow !== "" || deny !== "" || undefined}>
          <summary><Trans>Groups and what this account alone may see</Trans></summary>
          <div className={css["form"]}>
            <Written label={t`Access groups, with commas`} value={groups} onChange={setGroups} />
            <Written label={t`May see, one pattern a line`} value={allow} onChange={setAllow} isLong help={t`As “Queue:80*”. None: what access lists say, as for everybody.`} />
            <Written label={t`May never see, one pattern a line`} value={deny} onChange={setDeny} isLong />
          </div>
        </details>
        {account !== null && <p className={css["quiet"]}><Trans>Saving signs them out everywhere, as what they may do may be another thing then.</Trans></p>}
        <Failure words={failure} />
      </div>
    </Window>
  );
}
