// A request that failed, as a page shows it.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Failure, failureWords } from "../api/client.ts";
import { Button } from "../kit/button.tsx";
import { Notice } from "../kit/notice.tsx";

const TITLES: Readonly<Record<string, string>> = {
  "not-permitted": t`You may not see this`,
  "not-found": t`This is not here`,
  network: t`Pulse does not answer`,
};

export function Failed({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  const failure = error instanceof Failure ? error : new Failure("server", failureWords(error));
  const canRetry = onRetry !== undefined && failure.kind !== "not-permitted" && failure.kind !== "not-found";
  return (
    <Notice kind="error" title={TITLES[failure.kind] ?? t`This could not be loaded`} action={canRetry ? <Button onPress={onRetry}><Trans>Try again</Trans></Button> : undefined}>
      <p>{sentence(failure.message)}</p>
      {failure.cure !== null && <p>{sentence(failure.cure)}</p>}
    </Notice>
  );
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
