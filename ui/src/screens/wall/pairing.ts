// A screen waits to be paired: it shows a code, asks whether somebody has typed it, and gets a new one when it is over.
import { useEffect, useState } from "react";
import { failureWords } from "../../api/client.ts";
import { askForCode, lookWhetherPaired } from "../../api/shares.ts";
import { isOver, type Shown } from "../../boards/pairing.ts";

/** After trouble it is tried again by itself, ms. */
const AGAIN_MS = 15_000;

export type Stage = { readonly is: "asking" } | { readonly is: "waiting"; readonly shown: Shown } | { readonly is: "paired" } | { readonly is: "trouble"; readonly words: string };

export function usePairing(): Stage {
  const [stage, setStage] = useState<Stage>({ is: "asking" });
  useEffect(() => {
    const ended = new AbortController();
    void wait(setStage, ended.signal);
    return () => {
      ended.abort();
    };
  }, []);
  return stage;
}

async function wait(tell: (stage: Stage) => void, ended: AbortSignal): Promise<void> {
  while (!ended.aborted) {
    try {
      const told = await askForCode();
      if (ended.aborted) return;
      if (told.paired) {
        tell({ is: "paired" });
        return;
      }
      const shown: Shown = { code: told.code ?? "", livesMs: (told.lives_s ?? 0) * 1000, shownAt: performance.now() };
      tell({ is: "waiting", shown });
      if (await isTyped(shown, told.ask_every_s * 1000, ended)) {
        tell({ is: "paired" });
        return;
      }
    } catch (error) {
      tell({ is: "trouble", words: failureWords(error) });
      await pause(AGAIN_MS);
    }
  }
}

/** Whether somebody typed the code, before it was over. */
async function isTyped(shown: Shown, everyMs: number, ended: AbortSignal): Promise<boolean> {
  while (!ended.aborted && !isOver(shown, performance.now())) {
    await pause(everyMs);
    // A question without an answer says nothing about the code.
    const told = await lookWhetherPaired().catch(() => null);
    if (told?.paired === true) return true;
  }
  return false;
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
