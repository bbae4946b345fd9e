// Where a board lies: the way up, and its name.
import { Trans } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import css from "./board.module.css";

export function Trail({ title }: { readonly title: string }) {
  return (
    <>
      <Link to="/boards" className={css["up"]}>
        <Trans>Boards</Trans>
      </Link>
      <span className={css["slash"]} aria-hidden>
        /
      </span>
      {title}
    </>
  );
}
