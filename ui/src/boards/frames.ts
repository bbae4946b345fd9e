// Which pages from elsewhere may be shown. The server's policy refuses the others as well; this says why.
import { t } from "@lingui/core/macro";
export interface Verdict {
  readonly title: string;
  readonly cure: string;
}

/** Null: it may be shown. `allowed`: origins as `https://host:port`, as the server's settings name them. */
export function frameVerdict(url: string, allowed: readonly string[], ours: string): Verdict | null {
  if (url.trim() === "") return { title: t`No address yet`, cure: t`Its settings take the address of a page.` };
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return { title: t`This is no address`, cure: t`Write it as https://host/page.` };
  }
  if (parsed.protocol !== "https:" && parsed.protocol !== "http:") return { title: t`This is no web page`, cure: t`Write it as https://host/page.` };
  // A page of our own origin could reach out of its sandbox.
  if (parsed.origin === ours) return { title: t`Pulse does not show itself`, cure: t`Add its widgets to this board instead.` };
  if (!allowed.includes(parsed.origin)) return { title: t`Pages of ${parsed.host} are not allowed`, cure: t`An administrator can add ${parsed.origin} to frame_origins in the settings of the server.` };
  return null;
}
