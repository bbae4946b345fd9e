// A board at the time that its viewer chose: live, or as it stood. The address keeps the choice.
import { t } from "@lingui/core/macro";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense, useCallback, useEffect, useMemo, useState, type ReactNode } from "react";
import { failureWords } from "../api/client.ts";
import { notesQuery } from "../api/notes.ts";
import { askPast } from "../api/past.ts";
import { metaQuery } from "../api/queries.ts";
import { useMayEdit } from "../parts/privileges.ts";
import { frameInWords } from "../i18n/library.ts";
import { timeOfDay } from "../kit/format.ts";
import { LiveContext, useLive } from "../live/hooks.ts";
import type { LiveStore } from "../live/store.ts";
import { useZone } from "../parts/zone.ts";
import { CompareContext, PastContext, usePastState, type Compare } from "./context.ts";
import { tellPast } from "./mark.ts";
import { Noted, useLiveStep } from "./noted.tsx";
import { dateOf, newest, readInstant, readVersus, stepOf, versusAt, writeInstant, type Reach, type Versus } from "./steps.ts";
import { PastStore } from "./store.ts";
import { TimeBar } from "./time-bar.tsx";
import css from "./time-bar.module.css";

const NoteWindow = lazy(() => import("./note-window.tsx"));

const route = getRouteApi("/boards/$board");

const KEPT_SECONDS = 35 * 86_400;
/** The address follows when the bar rests, ms. */
const REST_MS = 300;

const makeStore = (): PastStore =>
  new PastStore({
    ask: askPast,
    wordsOf: failureWords,
    inWords: frameInWords,
    // A hidden page gets no animation frames.
    nextFrame: (run) => {
      if (document.hidden) setTimeout(run, 100);
      else requestAnimationFrame(run);
    },
    later: (run, ms) => {
      setTimeout(run, ms);
    },
  });

export function Timed({ children }: { readonly children: ReactNode }) {
  const live = useLive();
  const zone = useZone();
  const { at, go } = useInstant();
  const { vs } = route.useSearch();
  const navigate = route.useNavigate();
  const [past] = useState(makeStore);
  const [other] = useState(makeStore);
  const state = usePastState(past);
  const otherState = usePastState(other);
  const reach = useReach(live);
  const isPast = at !== null;
  const shown = isPast ? (state.shown ?? at) : null;
  const [isNoting, setNoting] = useState(false);
  const mayPin = useMayEdit();

  useEffect(() => {
    if (at !== null) past.show(at);
  }, [at, past]);
  useEffect(() => {
    tellPast(shown);
    return () => {
      tellPast(null);
    };
  }, [shown]);

  const versus = readVersus(vs);
  const here = at ?? (reach === null ? null : newest(reach.now));
  const then = versus === null || here === null || reach === null ? null : versusAt(here, versus, zone, reach);
  useEffect(() => {
    if (then !== null) other.show(then);
  }, [then, other]);
  const words = versus === null || then === null ? null : versusWords(versus, otherState.shown ?? then, zone);
  const compare = useMemo((): Compare | null => (words === null ? null : { store: other, words }), [other, words]);
  const notes = useQuery(notesQuery).data ?? NO_NOTES;

  return (
    <>
      <TimeBar
        at={at}
        state={state}
        reach={reach}
        zone={zone}
        notes={notes}
        versus={versus}
        hasVersus={versus === null || then !== null}
        onAt={go}
        onVersus={(chosen) => {
          void navigate({ replace: true, search: (now) => ({ ...now, vs: chosen }) });
        }}
        onNotes={() => {
          setNoting(true);
        }}
      />
      <div className={css["frame"]} data-past={isPast || undefined}>
        <PastContext value={shown}>
          <Noted past={shown}>
            <CompareContext value={compare}>
              {/* Rows have other names there: what was on the screen begins anew. */}
              <LiveContext key={isPast ? "past" : "live"} value={isPast ? past : live}>
                {children}
              </LiveContext>
            </CompareContext>
          </Noted>
        </PastContext>
      </div>
      <Suspense fallback={null}>
        {isNoting && (
          <NoteWindow
            notes={notes}
            at={here}
            zone={zone}
            mayPin={mayPin}
            onGo={(instant) => {
              if (reach !== null) go(stepOf(instant, reach));
              setNoting(false);
            }}
            onClose={() => {
              setNoting(false);
            }}
          />
        )}
      </Suspense>
    </>
  );
}

const NO_NOTES = [] as const;

/** The instant that the address names, and the way to another. While the bar moves, the address waits. */
function useInstant(): { readonly at: number | null; readonly go: (at: number | null) => void } {
  const { at: said } = route.useSearch();
  const navigate = route.useNavigate();
  const [at, setAt] = useState(() => readInstant(said));
  const [heard, setHeard] = useState(said);
  const [written, setWritten] = useState(said);
  // Somebody came back, or followed a link.
  if (heard !== said) {
    setHeard(said);
    if (said !== written) setAt(readInstant(said));
  }
  useEffect(() => {
    const text = at === null ? undefined : writeInstant(at);
    if (text === said) return undefined;
    const timer = setTimeout(() => {
      setWritten(text);
      // Going into the past and coming back are steps of their own; moving within it is not.
      void navigate({ replace: said !== undefined && text !== undefined, search: (now) => ({ ...now, at: text }) });
    }, REST_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [at, said, navigate]);
  return { at, go: useCallback((to: number | null) => { setAt(to); }, []) };
}

/** What can be reached now; null until the server has told its time. */
function useReach(live: LiveStore): Reach | null {
  const kept = useQuery(metaQuery).data?.history_seconds ?? KEPT_SECONDS;
  const step = useLiveStep(live);
  return useMemo(() => (step === null ? null : { now: step, kept }), [step, kept]);
}

function versusWords(versus: Versus, then: number, zone: string): string {
  const time = timeOfDay(then * 1000, zone, false);
  if ("date" in versus) return t`${dateOf(then, zone)}, ${time}`;
  return versus.days === 1 ? t`the day before, ${time}` : t`the week before, ${time}`;
}
