// The agents' half of the overview: states, groups, and who has been in one state for long.
import { Trans } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import type { AgentFloor, Overdue } from "../../floor/groups.ts";
import { KIND_WORDS, KINDS, phrase } from "../../floor/states.ts";
import { levelOf, STATE_LIMITS } from "../../floor/thresholds.ts";
import type { Column } from "../../live/frame.ts";
import { Elapsed } from "../../parts/elapsed.tsx";
import { cellData } from "../../parts/figure.tsx";
import { StateBar } from "../../parts/state-bar.tsx";
import { StateShape } from "../../parts/state-shape.tsx";
import { useTrust } from "../../parts/trust.ts";
import css from "./agent-panel.module.css";

const OVERDUE_MAX = 6;

export function AgentPanel({ floor, columns }: { readonly floor: AgentFloor; readonly columns: readonly Column[] }) {
  const { isStale } = useTrust();
  return (
    <div className={css["panel"]} data-stale={isStale || undefined}>
      <h2 className={css["title"]}>
        <Trans>Agents</Trans>{" "}
        <span className={css["sub"]}><Trans>{floor.present} logged in</Trans></span>
      </h2>
      <StateBar counts={floor.counts} size="large" />
      <ul className={css["states"]}>
        {KINDS.filter((kind) => kind !== "unknown" || floor.counts.unknown > 0).map((kind) => (
          <li key={kind}>
            <Link to="/agents" search={{ state: kind }} className={css["state"]}>
              <StateShape kind={kind} />
              <span>{KIND_WORDS[kind]}</span>
              <span className={css["number"]}>{floor.counts[kind]}</span>
            </Link>
          </li>
        ))}
      </ul>
      {floor.overdue.length > 0 && (
        <>
          <h3 className={css["head"]}><Trans>Long in one state</Trans></h3>
          <ul>
            {floor.overdue.slice(0, OVERDUE_MAX).map((agent) => (
              <OverdueLine key={agent.row.row} agent={agent} columns={columns} />
            ))}
          </ul>
          {floor.overdue.length > OVERDUE_MAX && <p className={css["sub"]}><Trans>and {floor.overdue.length - OVERDUE_MAX} more</Trans></p>}
        </>
      )}
      {floor.groups.length > 0 && <Groups floor={floor} />}
    </div>
  );
}

function OverdueLine({ agent: { row, status, verdict }, columns }: { readonly agent: Overdue; readonly columns: readonly Column[] }) {
  const { isStale } = useTrust();
  const ix = columns.findIndex((column) => column.unit === "status");
  const column = columns[ix];
  return (
    <li className={css["overdue"]} {...(column === undefined ? {} : cellData(row.object, column, row.cells[ix], isStale))}>
      <StateShape kind={verdict.state.kind} />
      <Link to="/agents/$agent" params={{ agent: row.object }} search={{ from: "overview" }} className={css["name"]}>
        {row.name}
      </Link>
      <span className={css["sub"]}>{phrase(verdict.state)}</span>
      <span className={css["time"]}>
        <Elapsed since={status.since} isStale={isStale} levelAt={(seconds) => levelOf(seconds, STATE_LIMITS[verdict.state.kind])} />
      </span>
    </li>
  );
}

function Groups({ floor }: { readonly floor: AgentFloor }) {
  return (
    <table className={css["groups"]}>
      <thead>
        <tr>
          <th scope="col"><Trans>Group</Trans></th>
          <th scope="col">
            <span className="heard"><Trans>Shares of states</Trans></span>
          </th>
          <th scope="col"><Trans>Ready</Trans></th>
          <th scope="col"><Trans>Logged in</Trans></th>
        </tr>
      </thead>
      <tbody>
        {floor.groups.map(({ group, counts, present }) => (
          <tr key={group}>
            <th scope="row">
              <Link to="/agents" search={{ group }} className={css["name"]}>
                {group}
              </Link>
            </th>
            <td className={css["bar"]}>
              <StateBar counts={counts} />
            </td>
            <td className={css["count"]}>{counts.ready}</td>
            <td className={css["count"]}>{present}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
