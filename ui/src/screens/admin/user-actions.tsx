// What can be done with a person; each asks first where something ends by it.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { amended, changeAccount, removeUser, signOutUser, type Account } from "../../api/admin.ts";
import { metaQuery } from "../../api/queries.ts";
import { ActionMenu, type MenuEntry } from "../../kit/menu.tsx";
import { AccountWindow } from "./account-window.tsx";
import { Ask } from "./ask.tsx";
import { PasswordWindow } from "./password-window.tsx";
import type { User } from "./user-list.ts";

type Asked = "change" | "password" | "switch" | "out" | "remove";

export function UserActions({ user, onSee }: { readonly user: User; readonly onSee: () => void }) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const navigate = useNavigate();
  const { account, name } = user;
  const close = () => { setAsked(null); };
  const ask = (id: Asked, label: string, isDanger = false): MenuEntry => ({ id, label, isDanger, go: () => { setAsked(id); } });
  const entries: readonly MenuEntry[] = [
    ...(account === null ? [] : [ask("change", t`Change …`), ask("password", t`New password …`), ask("switch", account.disabled ? t`Switch on …` : t`Switch off …`)]),
    ask("out", t`Sign out everywhere …`),
    { id: "see", label: t`What they may see …`, go: onSee },
    { id: "shares", label: t`What they share and were given`, go: () => void navigate({ to: "/admin/shares", search: { q: user.user } }) },
    { id: "audit", label: t`What they did`, go: () => void navigate({ to: "/admin/audit", search: { who: user.user } }) },
    ask("remove", account === null ? t`Forget …` : t`Remove …`, true),
  ];
  return (
    <>
      <ActionMenu label={t`What to do with ${name}`} entries={entries} />
      {asked === "change" && account !== null && <AccountWindow account={account} onClose={close} />}
      {asked === "password" && account !== null && <PasswordWindow account={account} onClose={close} />}
      {asked === "switch" && account !== null && <Switch account={account} onClose={close} />}
      {asked === "out" && <SignOut user={user} onClose={close} />}
      {asked === "remove" && <Remove user={user} onClose={close} />}
    </>
  );
}

/** What administrators ask is asked again. */
export function useAskAgain(): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: ["admin"] });
}

function Switch({ account, onClose }: { readonly account: Account; readonly onClose: () => void }) {
  const askAgain = useAskAgain();
  const { disabled, name } = account;
  return (
    <Ask
      title={disabled ? t`Switch ${name} on?` : t`Switch ${name} off?`}
      act={disabled ? t`Switch on` : t`Switch off`}
      onAct={() => changeAccount(account, amended(account, { disabled: !disabled })).finally(askAgain)}
      onClose={onClose}
    >
      {disabled ? <p><Trans>They can sign in again; their links and rules work again.</Trans></p> : <p><Trans>They are signed out everywhere and can’t sign in. Their links for screens lead nowhere and their rules rest, until somebody switches them on again.</Trans></p>}
    </Ask>
  );
}

function SignOut({ user: { user, name, way }, onClose }: { readonly user: User; readonly onClose: () => void }) {
  const askAgain = useAskAgain();
  return (
    <Ask title={t`Sign ${name} out everywhere?`} act={t`Sign out`} onAct={() => signOutUser(way, user).finally(askAgain)} onClose={onClose}>
      <p><Trans>All their sessions end within moments. They can sign in again.</Trans></p>
    </Ask>
  );
}

function Remove({ user: { user, name, way }, onClose }: { readonly user: User; readonly onClose: () => void }) {
  const askAgain = useAskAgain();
  const service = useQuery(metaQuery).data?.sign_in.service ?? "";
  const isAccount = way === "account";
  return (
    <Ask title={isAccount ? t`Remove ${name}?` : t`Forget ${name}?`} act={isAccount ? t`Remove` : t`Forget`} onAct={() => removeUser(way, user).finally(askAgain)} onClose={onClose}>
      <p><Trans>Their sessions end, the links that they made are taken back, and their rules are removed. Boards stay.</Trans></p>
      {!isAccount && <p><Trans>Whether they may come again, {service} decides.</Trans></p>}
    </Ask>
  );
}
