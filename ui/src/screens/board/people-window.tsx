// Whose a board is, and who else may see or change it.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { failureWords } from "../../api/client.ts";
import { sessionQuery } from "../../api/queries.ts";
import { may, putSharing, RIGHTS, sharingQuery, withEntry, type Right, type SharedTo, type Sharing, type Who } from "../../api/sharing.ts";
import type { Board } from "../../api/types.ts";
import { nameOfWho, RIGHT_WORDS, roleChoices } from "../../boards/share-words.ts";
import { Button } from "../../kit/button.tsx";
import { Dropdown } from "../../kit/controls.tsx";
import { Window } from "../../kit/dialog.tsx";
import { Labelled, Written } from "../../kit/fields.tsx";
import css from "./people-window.module.css";

type Kind = "user" | "role" | "everyone";

const kinds = () => [
  { id: "user", label: t`A person` },
  { id: "role", label: t`Everybody with a role` },
  { id: "everyone", label: t`Everybody` },
];

const rights = (own: Right) => RIGHTS.filter((right) => may(own, right)).map((id) => ({ id, label: RIGHT_WORDS[id]() }));

export default function PeopleWindow({ board, onClose }: { readonly board: Board; readonly onClose: () => void }) {
  const sharing = useQuery(sharingQuery(board.id));
  return (
    <Window title={t`Who has ${board.title}`} isOpen onClose={onClose}>
      {sharing.isPending && <p className={css["quiet"]}><Trans>Being asked …</Trans></p>}
      {sharing.isError && <p role="alert"><Trans>That did not work: {failureWords(sharing.error)}.</Trans></p>}
      {sharing.data !== undefined && <People board={board} sharing={sharing.data} onClose={onClose} />}
    </Window>
  );
}

function People({ board, sharing, onClose }: { readonly board: Board; readonly sharing: Sharing; readonly onClose: () => void }) {
  const client = useQueryClient();
  const me = useQuery(sessionQuery).data?.user ?? "";
  const [owner, setOwner] = useState(sharing.owner ?? me);
  // A board of everybody stays open to all until somebody says otherwise.
  const [entries, setEntries] = useState<readonly SharedTo[]>(sharing.everybody ? [{ who: { everyone: true }, right: "read" }] : sharing.with);
  const [failure, setFailure] = useState<string | null>(null);
  const isMine = may(sharing.right, "share");
  const save = () => {
    setFailure(null);
    putSharing(board.id, owner.trim(), entries, board.revision)
      .then(async () => {
        await client.invalidateQueries({ queryKey: ["boards"] });
        onClose();
      })
      .catch((error: unknown) => {
        setFailure(failureWords(error));
      });
  };
  return (
    <div className={css["people"]}>
      {sharing.everybody && <p className={css["quiet"]}><Trans>So far it is everybody’s: all may look, and whoever may edit shared boards may change it. When you save, it gets an owner.</Trans></p>}
      <Entries entries={entries} own={sharing.right} mayChange={isMine} onChange={setEntries} />
      {isMine && <Adding own={sharing.right} onAdd={(entry) => { setEntries(withEntry(entries, entry)); }} />}
      {may(sharing.right, "admin") ? (
        <Written label={t`It belongs to`} value={owner} onChange={setOwner} help={owner.trim() === me ? undefined : t`You give it away: what you may do with it then, the list above says.`} />
      ) : (
        <p className={css["quiet"]}><Trans>It belongs to {sharing.owner ?? "–"}.</Trans></p>
      )}
      {failure !== null && <p role="alert" className={css["failure"]}><Trans>That did not work: {failure}.</Trans></p>}
      {isMine && (
        <div className={css["end"]}>
          <Button onPress={onClose}><Trans>Leave as it was</Trans></Button>
          <Button look="primary" isDisabled={owner.trim() === ""} onPress={save}><Trans>Save</Trans></Button>
        </div>
      )}
    </div>
  );
}

interface EntriesProps {
  readonly entries: readonly SharedTo[];
  readonly own: Right;
  readonly mayChange: boolean;
  readonly onChange: (entries: readonly SharedTo[]) => void;
}

function Entries({ entries, own, mayChange, onChange }: EntriesProps) {
  if (entries.length === 0) return <p className={css["quiet"]}><Trans>Nobody else has it.</Trans></p>;
  return (
    <ul className={css["entries"]} aria-label={t`Who else has it`}>
      {entries.map((entry) => {
        const name = nameOfWho(entry.who);
        return (
          <li key={`${entry.who.user ?? ""}/${entry.who.role ?? ""}`} className={css["entry"]}>
            <strong>{name}</strong>
            {mayChange ? (
              <>
                <Dropdown label={t`What ${name} may do`} value={entry.right} choices={rights(own)} onChange={(right) => { onChange(entries.map((it) => (it === entry ? { ...it, right: right as Right } : it))); }} />
                <Button onPress={() => { onChange(entries.filter((it) => it !== entry)); }}><Trans>Take back</Trans></Button>
              </>
            ) : (
              <span>{RIGHT_WORDS[entry.right]()}</span>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function Adding({ own, onAdd }: { readonly own: Right; readonly onAdd: (entry: SharedTo) => void }) {
  const [kind, setKind] = useState<Kind>("user");
  const [user, setUser] = useState("");
  const [role, setRole] = useState("viewer");
  const [right, setRight] = useState<Right>("read");
  const who: Who = kind === "user" ? { user: user.trim() } : kind === "role" ? { role } : { everyone: true };
  return (
    <Labelled label={t`Somebody else`}>
      <div className={css["adding"]}>
        <Dropdown label={t`Who`} value={kind} choices={kinds()} onChange={(id) => { setKind(id as Kind); }} />
        {kind === "user" && <Written label={t`Name to sign in with`} value={user} onChange={setUser} />}
        {kind === "role" && <Dropdown label={t`Role`} value={role} choices={roleChoices()} onChange={setRole} />}
        <Dropdown label={t`What they may do`} value={right} choices={rights(own)} onChange={(id) => { setRight(id as Right); }} />
        <Button isDisabled={kind === "user" && user.trim() === ""} onPress={() => { onAdd({ who, right }); setUser(""); }}><Trans>Add</Trans></Button>
      </div>
    </Labelled>
  );
}
