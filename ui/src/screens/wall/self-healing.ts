// A wall stands for months: it follows the server's new versions, and begins anew when it stands still for no reason.
import { useEffect, useState } from "react";
import { get } from "../../api/client.ts";
import type { Meta } from "../../api/types.ts";
import { shouldReload } from "../../boards/wall.ts";
import { useLink, useLive } from "../../live/hooks.ts";

/** How often the server is asked, ms; and at once when the link comes back. */
const ASK_MS = 60_000;

/** Answers the build that this page came from, once it is known. */
export function useSelfHealing(): string | undefined {
  const live = useLive();
  const { phase } = useLink();
  const [ours, setOurs] = useState<string | undefined>(undefined);
  useEffect(() => {
    const look = async () => {
      const meta = await get<Meta>("/meta").catch(() => null);
      const theirs = meta?.build;
      if (ours === undefined && theirs !== undefined) setOurs(theirs);
      if (shouldReload({ ours, theirs, silenceMs: live.silenceMs(), isAnswered: meta !== null, ageMs: performance.now() })) window.location.reload();
    };
    if (phase === "open") void look();
    const timer = setInterval(() => void look(), ASK_MS);
    return () => {
      clearInterval(timer);
    };
  }, [live, ours, phase]);
  return ours;
}
