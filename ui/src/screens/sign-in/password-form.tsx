// Signing in with an account of this installation. What went wrong is said where one looks: above the button.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { call, Failure, keepToken } from "../../api/client.ts";
import { sessionQuery } from "../../api/queries.ts";
import type { Session } from "../../api/types.ts";
import { Button } from "../../kit/button.tsx";
import css from "./sign-in.module.css";

export function PasswordForm({ look }: { readonly look: "primary" | "plain" }) {
  const client = useQueryClient();
  const [problem, setProblem] = useState<Failure | null>(null);
  const [isBusy, setBusy] = useState(false);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    setBusy(true);
    setProblem(null);
    try {
      const session = await call<Session>("POST", "/session", { user: fields.get("user"), password: fields.get("password") });
      keepToken(session.csrf);
      client.setQueryData(sessionQuery.queryKey, session);
    } catch (error) {
      setProblem(error instanceof Failure ? error : new Failure("server", t`signing in failed`));
      setBusy(false);
    }
  };

  return (
    <form
      className={css["form"]}
      onSubmit={(event) => {
        void submit(event);
      }}
    >
      <label className={css["label"]}>
        <Trans>Name</Trans>
        {/* eslint-disable-next-line jsx-a11y/no-autofocus -- the page has one purpose */}
        <input className={css["input"]} name="user" autoComplete="username" autoFocus required spellCheck={false} />
      </label>
      <label className={css["label"]}>
        <Trans>Password</Trans>
        <input className={css["input"]} name="password" type="password" autoComplete="current-password" required aria-describedby="hint" />
      </label>
      <div className={css["problem"]} role="alert">
        {problem !== null && (
          <>
            <strong>{sentence(problem.message)}</strong> {problem.cure !== null && sentence(problem.cure)}
          </>
        )}
      </div>
      <Button look={look} type="submit" isDisabled={isBusy}>
        {isBusy ? t`Signing in` : t`Sign in`}
      </Button>
      <p className={css["hint"]} id="hint">
        <Trans>On a new installation, the first name and password are printed in the terminal where Pulse was started, until they are used. Lost? See pulse reset-password.</Trans>
      </p>
    </form>
  );
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
