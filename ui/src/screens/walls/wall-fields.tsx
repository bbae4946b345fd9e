// What a wall shows, and for how long: asked when a link is made, a screen is paired, and when either is changed.
import { t } from "@lingui/core/macro";
import { useQuery } from "@tanstack/react-query";
import type { NewShare } from "../../api/shares.ts";
import { boardsQuery } from "../../api/queries.ts";
import { SECONDS_USUAL } from "../../boards/wall.ts";
import { Dropdown } from "../../kit/controls.tsx";
import { Amount, Labelled, Toggle, Written } from "../../kit/fields.tsx";
import { PickList } from "../../kit/pick-list.tsx";
import css from "./walls.module.css";

const LIVES = [
  { id: "12", label: t`Today (12 hours)` },
  { id: "168", label: t`A week` },
  { id: "720", label: t`30 days` },
  { id: "8760", label: t`A year` },
];

/** `hours: null`: as long as it would have lived. */
export interface WallDraft extends Omit<NewShare, "hours"> {
  readonly hours: number | null;
}

export const newDraft = (title = "", boards: readonly string[] = []): WallDraft => ({ title, boards, names_hidden: false, every: SECONDS_USUAL, hours: 720 });

export const isWhole = ({ title, boards }: WallDraft): boolean => title.trim() !== "" && boards.length > 0;

interface Props {
  readonly draft: WallDraft;
  readonly onChange: (draft: WallDraft) => void;
  /** What is said of a life that is not changed; none: there is no such choice. */
  readonly unchanged?: string;
  readonly livesLabel: string;
}

export function WallFields({ draft, onChange, unchanged, livesLabel }: Props) {
  const all = useQuery(boardsQuery).data ?? [];
  const lives = [...(unchanged === undefined ? [] : [{ id: "as-it-is", label: unchanged }]), ...LIVES];
  return (
    <>
      <Written label={t`Where the screen hangs`} value={draft.title} onChange={(title) => { onChange({ ...draft, title }); }} />
      <Labelled label={t`Boards that take turns`}>
        <PickList label={t`Find boards`} items={all.map((board) => ({ id: board.id, label: board.title }))} chosen={draft.boards} onChange={(boards) => { onChange({ ...draft, boards }); }} />
      </Labelled>
      <div className={css["pair"]}>
        <Labelled label={livesLabel}>
          <Dropdown label={livesLabel} value={draft.hours === null ? "as-it-is" : String(draft.hours)} choices={lives} onChange={(hours) => { onChange({ ...draft, hours: hours === "as-it-is" ? null : Number(hours) }); }} />
        </Labelled>
        <Amount label={t`Seconds for each page`} value={draft.every} onChange={(seconds) => { onChange({ ...draft, every: seconds ?? SECONDS_USUAL }); }} />
      </div>
      <Toggle label={t`Agents without their names`} isOn={draft.names_hidden} onChange={(isHidden) => { onChange({ ...draft, names_hidden: isHidden }); }} help={t`They are numbered on the screen.`} />
    </>
  );
}
