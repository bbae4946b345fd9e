// The notes of the days that are kept: to be read, jumped to, taken away; and a form for a new one.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { failureWords } from "../api/client.ts";
import { notesQuery, pinNote, removeNote, type NewNote, type Note, type NoteKind } from "../api/notes.ts";
import { objectsQuery } from "../api/queries.ts";
import { Button } from "../kit/button.tsx";
import { Dropdown } from "../kit/controls.tsx";
import { Window } from "../kit/dialog.tsx";
import { Labelled, Written } from "../kit/fields.tsx";
import { IconButton } from "../kit/icon-button.tsx";
import css from "./note-window.module.css";
import { NOTE_WORDS, noteTime } from "./note-words.ts";
import { readLocal, writeLocal } from "./steps.ts";

interface Props {
  readonly notes: readonly Note[];
  /** Where the board is, seconds. */
  readonly at: number | null;
  readonly zone: string;
  readonly mayPin: boolean;
  readonly onGo: (at: number) => void;
  readonly onClose: () => void;
}

export default function NoteWindow({ notes, at, zone, mayPin, onGo, onClose }: Props) {
  const client = useQueryClient();
  const [failure, setFailure] = useState<string | null>(null);
  const renew = async () => {
    setFailure(null);
    await client.invalidateQueries({ queryKey: notesQuery.queryKey });
  };
  const told = (error: unknown) => {
    setFailure(failureWords(error));
  };
  const newestFirst = [...notes].sort((a, b) => b.from - a.from);
  return (
    <Window title={t`Notes`} size="large" isOpen onClose={onClose}>
      {failure !== null && <p role="alert" className={css["failure"]}><Trans>That did not work: {failure}.</Trans></p>}
      {mayPin && at !== null && <NoteForm at={at} zone={zone} onPin={(note) => pinNote(note).then(renew).catch(told)} />}
      {newestFirst.length === 0 ? (
        <p className={css["none"]}><Trans>Nobody has pinned a note yet.</Trans></p>
      ) : (
        <ul className={css["list"]} aria-label={t`Notes, newest first`}>
          {newestFirst.map((note) => (
            <li key={note.id} className={css["note"]}>
              <div className={css["what"]}>
                <p className={css["head"]}>
                  <strong>{NOTE_WORDS[note.kind]}</strong> {noteTime(note, zone)}
                </p>
                <p className={css["text"]}>{note.text}</p>
                <p className={css["head"]}>{note.queue === undefined ? note.author : t`${note.author}, about queue ${note.queue}`}</p>
              </div>
              <Button
                onPress={() => {
                  onGo(note.from / 1e6);
                }}
              >
                <Trans>Go there</Trans>
              </Button>
              {note.removable && (
                <IconButton
                  icon="close"
                  label={t`Take away: ${note.text}`}
                  onPress={() => {
                    removeNote(note.id).then(renew).catch(told);
                  }}
                />
              )}
            </li>
          ))}
        </ul>
      )}
    </Window>
  );
}

const KINDS: readonly NoteKind[] = ["remark", "outage", "handover", "bad_data"];
const CHARS_MAX = 500;

function NoteForm({ at, zone, onPin }: { readonly at: number; readonly zone: string; readonly onPin: (note: NewNote) => Promise<unknown> }) {
  const queues = useQuery(objectsQuery("Queue")).data ?? [];
  const [kind, setKind] = useState<NoteKind>("remark");
  const [text, setText] = useState("");
  const [from, setFrom] = useState(() => writeLocal(at, zone));
  const [to, setTo] = useState("");
  const [queue, setQueue] = useState("");
  const [pinned, setPinned] = useState(0);
  const begin = readLocal(from, zone);
  const end = to === "" ? null : readLocal(to, zone);
  const lacksEnd = kind === "bad_data" && end === null;
  const isTurned = begin !== null && end !== null && end < begin;
  const isFit = text.trim() !== "" && text.length <= CHARS_MAX && begin !== null && !lacksEnd && !isTurned;
  const pin = () => {
    if (!isFit || begin === null) return;
    void onPin({ kind, text: text.trim(), from: begin * 1e6, ...(end === null ? {} : { to: end * 1e6 }), ...(queue === "" ? {} : { queue }) }).then(() => {
      setText("");
      // The button that was pressed can't be pressed again: the next note begins in its field.
      setPinned((n) => n + 1);
    });
  };
  return (
    <form
      className={css["form"]}
      aria-label={t`New note`}
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        pin();
      }}
    >
      <Written key={pinned} label={t`What happened`} value={text} onChange={setText} isFirst error={text.length > CHARS_MAX ? t`At most ${CHARS_MAX} characters.` : null} />
      <div className={css["row"]}>
        <Labelled label={t`Kind`}>
          <Dropdown
            label={t`Kind`}
            value={kind}
            choices={KINDS.map((id) => ({ id, label: NOTE_WORDS[id] }))}
            onChange={(id) => {
              setKind(id as NoteKind);
            }}
          />
        </Labelled>
        <Moment label={t`From`} value={from} onChange={setFrom} />
        <Moment label={t`To`} value={to} onChange={setTo} />
        <Labelled label={t`Queue`}>
          <Dropdown label={t`Queue`} value={queue} choices={[{ id: "", label: t`all queues` }, ...queues.map(({ object, name }) => ({ id: object, label: name }))]} onChange={setQueue} />
        </Labelled>
        <Button look="primary" isDisabled={!isFit} onPress={pin}>
          <Trans>Pin it</Trans>
        </Button>
      </div>
      <p className={css["help"]}>
        {isTurned ? t`It ends before it begins.` : lacksEnd ? t`Bad data has an end: figures whose time touches it are marked.` : kind === "bad_data" ? t`Figures whose time touches it are marked.` : t`Without an end it is pinned to a moment. Times are those of ${zone}.`}
      </p>
      <button type="submit" hidden>
        <Trans>Pin it</Trans>
      </button>
    </form>
  );
}

function Moment({ label, value, onChange }: { readonly label: string; readonly value: string; readonly onChange: (value: string) => void }) {
  return (
    <label className={css["moment"]}>
      <span>{label}</span>
      <input
        type="datetime-local"
        value={value}
        onChange={(event) => {
          onChange(event.target.value);
        }}
      />
    </label>
  );
}
