// The way in. What went wrong is said where one looks: above the button.
import { useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { call, Failure, keepToken } from "../../api/client.ts";
import { sessionQuery } from "../../api/queries.ts";
import type { Session } from "../../api/types.ts";
import { Button } from "../../kit/button.tsx";
import css from "./sign-in.module.css";

export function SignIn() {
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
      setProblem(error instanceof Failure ? error : new Failure("server", "signing in failed"));
      setBusy(false);
    }
  };

  return (
    <main className={css["page"]}>
      <form
        className={css["form"]}
        onSubmit={(event) => {
          void submit(event);
        }}
      >
        <h1 className={css["title"]}>
          <svg viewBox="0 0 20 20" width="1.625rem" height="1.625rem" aria-hidden>
            <path d="M1 11h4l2-6 3.4 11L13 9l1.2 2H19" fill="none" stroke="currentColor" strokeWidth="1.7" strokeLinecap="round" strokeLinejoin="round" />
          </svg>
          Pulse
        </h1>
        <p className={css["lead"]}>Your contact centre, as it is now.</p>
        <label className={css["label"]}>
          Name
          {/* eslint-disable-next-line jsx-a11y/no-autofocus -- the page has one purpose */}
          <input className={css["input"]} name="user" autoComplete="username" autoFocus required spellCheck={false} />
        </label>
        <label className={css["label"]}>
          Password
          <input className={css["input"]} name="password" type="password" autoComplete="current-password" required aria-describedby="hint" />
        </label>
        <div className={css["problem"]} role="alert">
          {problem !== null && (
            <>
              <strong>{sentence(problem.message)}</strong> {problem.cure !== null && sentence(problem.cure)}
            </>
          )}
        </div>
        <Button look="primary" type="submit" isDisabled={isBusy}>
          {isBusy ? "Signing in" : "Sign in"}
        </Button>
        <p className={css["hint"]} id="hint">
          On a new installation, the first name and password are printed once in the terminal where Pulse was started.
        </p>
      </form>
    </main>
  );
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
