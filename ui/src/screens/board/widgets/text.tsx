// A text for everybody, at rest or as a ticker.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useState } from "react";
import type { Widget } from "../../../api/types.ts";
import { IconButton } from "../../../kit/icon-button.tsx";
import css from "./text.module.css";

/** Characters that pass by in a second: as fast as one reads from afar. */
const PACE = 7;

export function TextWidget({ widget: { options } }: { readonly widget: Widget }) {
  const text = typeof options?.["text"] === "string" ? options["text"] : "";
  const size = options?.["text_size"] === "large" ? "large" : "normal";
  if (text.trim() === "") return <p className={css["none"]}><Trans>No text yet.</Trans></p>;
  return options?.["ticker"] === true ? <Ticker text={text} size={size} /> : <div className={css["text"]} data-size={size}>{text}</div>;
}

/** What moves can be stopped; with reduced motion it does not move. */
function Ticker({ text, size }: { readonly text: string; readonly size: string }) {
  const [isPaused, setPaused] = useState(false);
  const line = text.replace(/\s*\n\s*/g, "   ·   ");
  return (
    <div className={css["ticker"]} data-paused={isPaused || undefined} data-size={size}>
      <p className={css["strip"]} style={{ "--seconds": `${Math.max(10, Math.round((line.length + 40) / PACE))}s` } as React.CSSProperties}>
        {line}
      </p>
      <span className={css["stop"]}>
        <IconButton
          small
          icon={isPaused ? "play" : "pause"}
          label={isPaused ? t`Let it run` : t`Stop it`}
          onPress={() => {
            setPaused(!isPaused);
          }}
        />
      </span>
    </div>
  );
}
