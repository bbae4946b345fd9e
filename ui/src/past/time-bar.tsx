// The bar of time over a board: live or past, the day, the time on it, playing, comparing, notes. By pointer and by keyboard.
import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useEffect, useState } from "react";
import type { Note } from "../api/notes.ts";
import { cityOf } from "../floor/zones.ts";
import { Button } from "../kit/button.tsx";
import { Dropdown, Segmented } from "../kit/controls.tsx";
import { dateAndTime } from "../kit/format.ts";
import { IconButton } from "../kit/icon-button.tsx";
import { NOTE_WORDS } from "./note-words.ts";
import { endOf, notesWithin } from "./notes.ts";
import { beside, dateBegan, dateOf, dayOf, keyLeads, newest, oldest, onDay, stepLength, stepOf, type Day, type Reach, type Versus } from "./steps.ts";
import type { PastState } from "./store.ts";
import css from "./time-bar.module.css";

interface Props {
  /** The instant that is wished for, seconds; null: live. */
  readonly at: number | null;
  readonly state: PastState;
  readonly reach: Reach | null;
  readonly zone: string;
  readonly notes: readonly Note[];
  readonly versus: Versus | null;
  /** Something is kept of the time that is compared with. */
  readonly hasVersus: boolean;
  readonly onAt: (at: number | null) => void;
  readonly onVersus: (versus: string | undefined) => void;
  readonly onNotes: () => void;
}

export function TimeBar(props: Props) {
  const { at, state, reach, zone, versus, hasVersus, notes, onAt, onVersus, onNotes } = props;
  const shown = at === null ? null : (state.shown ?? at);
  const now = reach === null ? null : newest(reach.now);
  const here = at ?? now;
  const day = here === null ? null : dayOf(here, zone);
  const near = day === null ? [] : notesWithin(notes, day.from * 1e6, day.to * 1e6 - 1);
  return (
    <section className={css["bar"]} data-past={at !== null || undefined} data-at={shown ?? undefined} data-loading={state.isLoading || undefined} aria-label={t`Time of the board`} data-testid="time-bar">
      <span className={css["mode"]} role="status">
        {shown === null ? (
          <span className={css["live"]}><Trans>Live</Trans></span>
        ) : (
          <>
            <strong className={css["past"]}><Trans>Past</Trans></strong>
            <time className={css["instant"]} data-testid="instant">
              {dateAndTime(shown * 1000, zone, true)} {cityOf(zone)}
            </time>
            {state.failure !== null && <span className={css["word"]}>{state.failure}</span>}
            {state.failure === null && !state.isAwake && <span className={css["word"]}><Trans>Nothing was computed then</Trans></span>}
          </>
        )}
      </span>
      {at !== null && (
        <Button
          onPress={() => {
            onAt(null);
          }}
        >
          <Trans>Back to live</Trans>
        </Button>
      )}
      {reach !== null && here !== null && day !== null && (
        <>
          <input
            type="date"
            className={css["date"]}
            aria-label={t`Day`}
            value={dateOf(here, zone)}
            min={dateOf(oldest(reach), zone)}
            max={dateOf(reach.now, zone)}
            onChange={(event) => {
              const began = dateBegan(event.target.value, zone);
              if (began !== null) onAt(stepOf(onDay(here, began, zone), reach));
            }}
          />
          <Slider at={at} here={here} day={day} reach={reach} zone={zone} notes={near} onAt={onAt} />
          {at !== null && <Player at={at} reach={reach} isLoading={state.isLoading} onAt={onAt} />}
        </>
      )}
      <span className={css["end"]}>
        <Dropdown
          label={t`Compare with`}
          value={versus === null ? "" : "date" in versus ? "date" : versus.days === 1 ? "yesterday" : "week"}
          choices={[
            { id: "", label: t`Compare with nothing` },
            { id: "yesterday", label: t`Same time the day before` },
            { id: "week", label: t`Same time the week before` },
            { id: "date", label: t`Same time on another day` },
          ]}
          onChange={(id) => {
            onVersus(id === "" ? undefined : id === "date" && here !== null ? dateOf(here - 86_400, zone) : id);
          }}
        />
        {versus !== null && "date" in versus && reach !== null && (
          <input
            type="date"
            className={css["date"]}
            aria-label={t`Day to compare with`}
            value={versus.date}
            min={dateOf(oldest(reach), zone)}
            max={dateOf(reach.now, zone)}
            onChange={(event) => {
              if (event.target.value !== "") onVersus(event.target.value);
            }}
          />
        )}
        {!hasVersus && <span className={css["word"]}><Trans>Nothing is kept of that time</Trans></span>}
        <Button onPress={onNotes}>{near.length === 0 ? t`Notes` : t`${plural(near.length, { one: "# note", other: "# notes" })}`}</Button>
      </span>
    </section>
  );
}

interface SliderProps {
  readonly at: number | null;
  readonly here: number;
  readonly day: Day;
  readonly reach: Reach;
  readonly zone: string;
  readonly notes: readonly Note[];
  readonly onAt: (at: number | null) => void;
}

function Slider({ at, here, day, reach, zone, notes, onAt }: SliderProps) {
  const share = (second: number) => Math.min(100, Math.max(0, (100 * (second - day.from)) / (day.to - day.from)));
  const go = (to: number) => {
    // From live, the newest step is where one is already.
    if (at !== null || to < newest(reach.now)) onAt(to);
  };
  return (
    <span className={css["track"]} style={{ "--known": `${share(newest(reach.now))}%` } as React.CSSProperties}>
      {notes.map((note) => (
        <span
          key={note.id}
          className={css["note"]}
          data-kind={note.kind}
          title={`${NOTE_WORDS[note.kind]}: ${note.text}`}
          style={{ left: `${share(note.from / 1e6)}%`, width: `${Math.max(0, share(endOf(note) / 1e6) - share(note.from / 1e6))}%` }}
        />
      ))}
      <input
        type="range"
        className={css["slider"]}
        aria-label={t`Time of day`}
        aria-valuetext={at === null ? t`live` : dateAndTime(here * 1000, zone, true)}
        min={day.from}
        max={day.to - 1}
        step={stepLength(here, reach.now)}
        value={here}
        onChange={(event) => {
          go(stepOf(Number(event.target.value), reach));
        }}
        onKeyDown={(event) => {
          if (event.ctrlKey || event.metaKey || event.altKey) return;
          const to = keyLeads(event.key, here, day, reach);
          if (to === null) return;
          event.preventDefault();
          go(to);
        }}
      />
    </span>
  );
}

type Speed = "1" | "10" | "60";

const SPEEDS = (["1", "10", "60"] as const).map((id) => ({ id, label: `${id}×` }));

function Player({ at, reach, isLoading, onAt }: { readonly at: number; readonly reach: Reach; readonly isLoading: boolean; readonly onAt: (at: number) => void }) {
  const [speed, setSpeed] = useState<Speed>("10");
  const [isPlaying, setPlaying] = useState(false);
  const next = beside(at, 1, reach);
  const isAtEnd = next === at;
  useEffect(() => {
    if (!isPlaying || isAtEnd) return undefined;
    // What is on its way is waited for: no step is skipped.
    if (isLoading) return undefined;
    const timer = setTimeout(
      () => {
        onAt(next);
      },
      ((next - at) * 1000) / Number(speed),
    );
    return () => {
      clearTimeout(timer);
    };
  }, [isPlaying, isAtEnd, isLoading, next, at, speed, onAt]);
  return (
    <span className={css["player"]}>
      <IconButton
        icon={isPlaying && !isAtEnd ? "pause" : "play"}
        label={isPlaying && !isAtEnd ? t`Pause` : t`Play on from here`}
        isDisabled={isAtEnd}
        onPress={() => {
          setPlaying((was) => !was || isAtEnd);
        }}
      />
      <Segmented label={t`Speed`} value={speed} choices={SPEEDS} onChange={setSpeed} />
    </span>
  );
}
