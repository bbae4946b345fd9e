// A screen that wants to be paired: a code to read from across the room, and where to type it.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Navigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { grouped, leftMs, type Shown } from "../../boards/pairing.ts";
import { duration } from "../../kit/format.ts";
import { wearTheme } from "../../shell/looks.ts";
import css from "./pair.module.css";
import { usePairing } from "./pairing.ts";

export function PairPage() {
  const stage = usePairing();
  useDarkness();
  if (stage.is === "paired") return <Navigate to="/shared" replace />;
  return (
    <main className={css["page"]} data-testid="pair">
      <h1 className={css["title"]}><Trans>Pair this screen</Trans></h1>
      {stage.is === "waiting" ? (
        <Code shown={stage.shown} />
      ) : (
        <div className={css["code"]} data-empty>
          <span className={css["digits"]} aria-hidden>··· ···</span>
        </div>
      )}
      <div role="status" className={css["trouble"]}>
        {stage.is === "trouble" && <Trans>There is no code now: {stage.words}. This screen tries again by itself.</Trans>}
      </div>
      <ol className={css["steps"]}>
        <li><span><Trans>On your own computer, open <strong>{window.location.host}/walls</strong></Trans></span></li>
        <li><span><Trans>Choose “Pair a screen” and type this code</Trans></span></li>
        <li><span><Trans>This screen goes on to its boards by itself</Trans></span></li>
      </ol>
    </main>
  );
}

function Code({ shown }: { readonly shown: Shown }) {
  const left = useLeft(shown);
  const seconds = Math.ceil(left / 1000);
  return (
    <div className={css["code"]}>
      {/* Digit by digit: a number of six figures would be read out as one. */}
      <output className={css["digits"]} aria-label={t`The code is ${shown.code.split("").join(" ")}`} data-code={shown.code}>
        {grouped(shown.code)}
      </output>
      <div className={css["time"]}>
        <span className={css["track"]} aria-hidden>
          <span className={css["rest"]} style={{ transform: `scaleX(${left / shown.livesMs})` }} />
        </span>
        <span className={css["left"]} role="timer">{seconds > 0 ? t`A new code in ${duration(seconds)}` : t`A new code comes`}</span>
      </div>
    </div>
  );
}

/** What is left of the code's life, ms; looked at once a second. */
function useLeft(shown: Shown): number {
  const [now, setNow] = useState(shown.shownAt);
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(performance.now());
    }, 1000);
    return () => {
      clearInterval(timer);
    };
  }, [shown]);
  return leftMs(shown, Math.max(now, shown.shownAt));
}

/** Screens on walls are dark, whatever the browser prefers. */
export function useDarkness(): void {
  useEffect(() => {
    wearTheme("wall");
    return () => {
      wearTheme(null);
    };
  }, []);
}
