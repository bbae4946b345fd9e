// A request that failed, as a page shows it.
import { Failure } from "../api/client.ts";
import { Button } from "../kit/button.tsx";
import { Notice } from "../kit/notice.tsx";

const TITLES: Readonly<Record<string, string>> = {
  "not-permitted": "You may not see this",
  "not-found": "This is not here",
  network: "Pulse does not answer",
};

export function Failed({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  const failure = error instanceof Failure ? error : new Failure("server", "something unexpected happened");
  const canRetry = onRetry !== undefined && failure.kind !== "not-permitted" && failure.kind !== "not-found";
  return (
    <Notice kind="error" title={TITLES[failure.kind] ?? "This could not be loaded"} action={canRetry ? <Button onPress={onRetry}>Try again</Button> : undefined}>
      <p>{sentence(failure.message)}</p>
      {failure.cure !== null && <p>{sentence(failure.cure)}</p>}
    </Notice>
  );
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
