// Where a template or a statistic is used: what one may look at by name, the rest as a number.
import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { usesQuery, type Uses } from "../../api/templates.ts";
import { Window } from "../../kit/dialog.tsx";
import { Bone } from "../../kit/notice.tsx";
import { Failed } from "../../parts/failed.tsx";
import css from "./templates.module.css";

interface Props {
  readonly of: "templates" | "statistics";
  readonly name: string;
}

export function UsesWindow({ of, name, title, onClose }: Props & { readonly title: string; readonly onClose: () => void }) {
  return (
    <Window title={t`Where “${title}” is used`} isOpen onClose={onClose}>
      <UseList of={of} name={name} />
    </Window>
  );
}

export function UseList({ of, name }: Props) {
  const uses = useQuery(usesQuery(of, name));
  if (uses.isPending) return <Bone width="100%" height="3rem" />;
  if (uses.isError) return <Failed error={uses.error} onRetry={() => void uses.refetch()} />;
  const { boards, templates, rules, hidden } = uses.data;
  if (boards.length + templates.length + rules.length + hidden.boards + hidden.rules === 0) {
    return <p className={css["quiet"]}>{of === "templates" ? t`No widget was made from it yet.` : t`No board, template or rule uses it.`}</p>;
  }
  return (
    <div className={css["uses"]}>
      {boards.length > 0 && (
        <Part title={t`Boards`}>
          {boards.map((board) => (
            <li key={board.id}>
              <Link to="/boards/$board" params={{ board: board.id }} className={css["link"]}>
                {board.title}
              </Link>
              <span className={css["quiet"]}>{t`${plural(board.widgets, { one: "# widget", other: "# widgets" })}`}</span>
            </li>
          ))}
        </Part>
      )}
      {templates.length > 0 && (
        <Part title={t`Templates`}>
          {templates.map(({ id, title }) => (
            <li key={id}>
              <Link to="/templates/$template" params={{ template: id }} className={css["link"]}>
                {title}
              </Link>
            </li>
          ))}
        </Part>
      )}
      {rules.length > 0 && (
        <Part title={t`Rules of alerts`}>
          {rules.map(({ id, title }) => (
            <li key={id}>
              <Link to="/alerts" search={{ view: "rules", rule: id }} className={css["link"]}>
                {title}
              </Link>
            </li>
          ))}
        </Part>
      )}
      <Hidden hidden={hidden} />
    </div>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: React.ReactNode }) {
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      <ul>{children}</ul>
    </section>
  );
}

function Hidden({ hidden }: Pick<Uses, "hidden">) {
  if (hidden.boards + hidden.rules === 0) return null;
  const boards = plural(hidden.boards, { one: "# board", other: "# boards" });
  const rules = plural(hidden.rules, { one: "# rule", other: "# rules" });
  return (
    <p className={css["quiet"]}>
      {hidden.rules === 0 ? <Trans>And on {boards} that you may not look at.</Trans> : hidden.boards === 0 ? <Trans>And in {rules} of others.</Trans> : <Trans>And on {boards} that you may not look at, and in {rules} of others.</Trans>}
    </p>
  );
}

/** "Used by 3 widgets of 2 boards", whoever may look at them. */
export function usesWords({ boards, hidden }: Uses): string {
  const widgets = boards.reduce((sum, board) => sum + board.widgets, hidden.widgets);
  const n = boards.length + hidden.boards;
  if (n === 0) return t`No widget was made from it.`;
  return t`It was used for ${plural(widgets, { one: "# widget", other: "# widgets" })} of ${plural(n, { one: "# board", other: "# boards" })}. They stay as they are.`;
}
