// A wall tells that it lives, so that nobody has to walk there to know.
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { Failure } from "../../api/client.ts";
import { tellBeat } from "../../api/shares.ts";
import { useLive } from "../../live/hooks.ts";
import { newId } from "../../parts/new-id.ts";

const EVERY_MS = 30_000;
const KEPT = "pulse.screen";

/** `build`: of this page; nothing is told before it is known. */
export function useHeartbeat(build: string | undefined): void {
  const live = useLive();
  const client = useQueryClient();
  useEffect(() => {
    if (build === undefined) return;
    const tell = () => {
      const { width, height } = pixels();
      const stillSeconds = Math.floor(live.silenceMs() / 1000);
      tellBeat({ screen: screenName(), build, width, height, still_s: stillSeconds }).catch((error: unknown) => {
        // Taken back: the page need not find that out by itself. Whatever else it is, the next one may get through.
        if (error instanceof Failure && error.kind === "signed-out") void client.invalidateQueries({ queryKey: ["shared"] });
      });
    };
    tell();
    const timer = setInterval(tell, EVERY_MS);
    return () => {
      clearInterval(timer);
    };
  }, [build, client, live]);
}

/** This browser, among those that show the same link; it knows its name again after a restart. */
function screenName(): string {
  try {
    const kept = localStorage.getItem(KEPT);
    if (kept !== null) return kept;
    const made = newId();
    localStorage.setItem(KEPT, made);
    return made;
  } catch {
    // A browser that keeps nothing is another screen after each restart.
    return (passing ??= newId());
  }
}

let passing: string | null = null;

/** What the screen has, not what the page's scale makes of it. */
function pixels(): { readonly width: number; readonly height: number } {
  const { width, height } = window.screen;
  const ratio = window.devicePixelRatio;
  return { width: Math.round(width * ratio), height: Math.round(height * ratio) };
}
