// Boards on a screen that nobody touches: they fill it, take turns, and mend themselves.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useEffect, useMemo, useRef, useState } from "react";
import type { Board } from "../../api/types.ts";
import { heightOf, inReadingOrder } from "../../boards/layout.ts";
import { shiftAt, wallPages } from "../../boards/wall.ts";
import { IconButton } from "../../kit/icon-button.tsx";
import { Notice } from "../../kit/notice.tsx";
import { Page } from "../../parts/page.tsx";
import { Connection } from "../../shell/connection.tsx";
import { wearTheme, type Theme } from "../../shell/looks.ts";
import { BoardZone } from "../../parts/zone.ts";
import { BoardContext, type BoardSetting } from "../board/board-context.ts";
import { WidgetFrame } from "../board/widget-frame.tsx";
import { useHeartbeat } from "./heartbeat.ts";
import { useSelfHealing } from "./self-healing.ts";
import css from "./wall.module.css";

interface Props {
  readonly boards: readonly Board[];
  readonly seconds: number;
  readonly isShared: boolean;
  readonly theme: Theme;
  readonly onLeave?: () => void;
}

const nothing = () => undefined;

export function Wall({ boards, seconds, isShared, theme, onLeave }: Props) {
  const pages = useMemo(() => wallPages(boards), [boards]);
  const [turn, setTurn] = useState(0);
  const [isPaused, setPaused] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const build = useSelfHealing();
  useHeartbeat(isShared ? build : undefined);
  useWakefulness();
  useEffect(() => {
    wearTheme(theme);
    return () => {
      wearTheme(null);
    };
  }, [theme]);
  useEffect(() => {
    if (isPaused || pages.length < 2) return;
    const timer = setInterval(() => {
      setTurn((now) => now + 1);
    }, seconds * 1000);
    return () => {
      clearInterval(timer);
    };
  }, [isPaused, pages.length, seconds]);
  const shift = useShift();
  const page = pages[((turn % pages.length) + pages.length) % pages.length];
  const setting = useMemo((): BoardSetting => ({ board: page?.board ?? "", isShared, isStill: true, edit: null, chosen: null, choose: nothing, expand: nothing, open: nothing }), [page?.board, isShared]);
  if (page === undefined) return <Notice title={t`There is nothing to show`}><Trans>These boards have no widgets yet.</Trans></Notice>;
  const fullscreen = () => {
    if (document.fullscreenElement === null) void root.current?.requestFullscreen().catch(() => undefined);
    else void document.exitFullscreen();
  };
  return (
    <div ref={root} className={css["wall"]} data-testid="wall" style={{ "--shift-x": `${shift[0]}px`, "--shift-y": `${shift[1]}px` } as React.CSSProperties}>
      <header className={css["bar"]}>
        <h1 className={css["title"]}>{page.title}</h1>
        {pages.length > 1 && (
          <span className={css["turn"]}>
            <Trans>{(turn % pages.length) + 1} of {pages.length}</Trans>
            <svg key={`${turn}${isPaused}`} className={css["ring"]} viewBox="0 0 20 20" data-paused={isPaused || undefined} style={{ "--seconds": `${seconds}s` } as React.CSSProperties} aria-hidden>
              <circle cx="10" cy="10" r="8" />
            </svg>
          </span>
        )}
        <span className={css["tools"]}>
          {pages.length > 1 && <IconButton icon={isPaused ? "play" : "pause"} label={isPaused ? t`Go on taking turns` : t`Stay on this page`} onPress={() => { setPaused(!isPaused); }} />}
          <IconButton icon="expand" label={t`Full screen`} onPress={fullscreen} />
          {onLeave !== undefined && <IconButton icon="close" label={t`Leave the wall`} onPress={onLeave} />}
        </span>
        <BoardZone value={page.zone}>
          <Connection />
        </BoardZone>
      </header>
      <main className={css["stage"]}>
        <Page title="" isBare>
          <BoardContext value={setting}>
            <BoardZone value={page.zone}>
            <div key={page.key} className={css["widgets"]} style={{ "--rows": heightOf(page.widgets) } as React.CSSProperties}>
              {inReadingOrder(page.widgets).map((widget) => (
                <WidgetFrame key={widget.id} widget={widget} />
              ))}
            </div>
            </BoardZone>
          </BoardContext>
        </Page>
      </main>
    </div>
  );
}

const MINUTE_MS = 60_000;

/** No edge stays in its place for hours. */
function useShift(): readonly [number, number] {
  const [minute, setMinute] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => {
      setMinute((now) => now + 1);
    }, MINUTE_MS);
    return () => {
      clearInterval(timer);
    };
  }, []);
  return shiftAt(minute);
}

/** The screen does not sleep, where the browser lets us ask. */
function useWakefulness(): void {
  useEffect(() => {
    let lock: WakeLockSentinel | null = null;
    const ask = () => {
      if (document.hidden || !("wakeLock" in navigator)) return;
      navigator.wakeLock.request("screen").then(
        (given) => {
          lock = given;
        },
        () => undefined,
      );
    };
    ask();
    document.addEventListener("visibilitychange", ask);
    return () => {
      document.removeEventListener("visibilitychange", ask);
      void lock?.release();
    };
  }, []);
}
