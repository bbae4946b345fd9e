// The way in: by the authorization service, where there is one, and with an account of this installation, where there are any.
import { Trans } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { metaQuery } from "../../api/queries.ts";
import { PasswordForm } from "./password-form.tsx";
import { begin, whyNot } from "./service.ts";
import css from "./sign-in.module.css";

export function SignIn() {
  const meta = useQuery(metaQuery);
  // A page of an older server tells nothing: then there are passwords.
  const ways = meta.data?.sign_in ?? { local: !meta.isPending, service: null };
  const problem = whyNot(location.search);
  return (
    <main className={css["page"]}>
      <div className={css["form"]}>
        <h1 className={css["title"]}>
          <svg viewBox="0 0 20 20" width="1.625rem" height="1.625rem" aria-hidden>
            <path d="M1 11h4l2-6 3.4 11L13 9l1.2 2H19" fill="none" stroke="currentColor" strokeWidth="1.7" strokeLinecap="round" strokeLinejoin="round" />
          </svg>
          Pulse
        </h1>
        <p className={css["lead"]}><Trans>Your contact centre, as it is now.</Trans></p>
        {problem !== null && (
          <p className={css["refusal"]} role="alert">
            <strong>{problem.what}</strong> {problem.cure}
          </p>
        )}
        {ways.service !== null && (
          <a className={css["service"]} href={begin(location)}>
            <Trans>Sign in with {ways.service}</Trans>
          </a>
        )}
        {ways.service !== null && ways.local && <p className={css["or"]}><Trans>or with an account of this installation</Trans></p>}
        {ways.local && <PasswordForm look={ways.service === null ? "primary" : "plain"} />}
      </div>
    </main>
  );
}
