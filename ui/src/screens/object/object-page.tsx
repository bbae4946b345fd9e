// One queue or one agent: where one came from, how it stands, who waits, what its day was, and the way on.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Fragment, useMemo, type ReactNode } from "react";
import { boardQuery, objectsQuery, statisticsQuery } from "../../api/queries.ts";
import { objectBoard } from "../../boards/object-board.ts";
import { readFrom, type Step } from "../../floor/trail.ts";
import { Notice } from "../../kit/notice.tsx";
import { GridBones } from "../../parts/live-state.tsx";
import { Page } from "../../parts/page.tsx";
import { Noted } from "../../past/noted.tsx";
import { BoardContext, type BoardSetting } from "../board/board-context.ts";
import css from "../board/board.module.css";
import { Canvas } from "../board/canvas.tsx";
import { WhoWaits } from "./waiting.tsx";

interface Props {
  readonly type: "Queue" | "Agent";
  readonly object: string;
  readonly from: string | undefined;
}

export function ObjectPage({ type, object, from }: Props) {
  const navigate = useNavigate();
  const objects = useQuery(objectsQuery(type));
  const known = useQuery(statisticsQuery).data;
  const found = objects.data?.find((each) => each.object === object);
  const name = found?.name ?? object;
  const board = useMemo(() => objectBoard(type, object, object, known), [type, object, known]);
  const list = type === "Queue" ? ("queues" as const) : ("agents" as const);
  const setting = useMemo(
    (): BoardSetting => ({
      board: "",
      isShared: false,
      isStill: false,
      edit: null,
      chosen: null,
      choose: () => undefined,
      // A number of one object is made of nothing but that object: its meaning stands among all the others.
      expand: () => void navigate({ to: `/${list}`, search: { open: object } }),
      open: () => void navigate({ to: `/${list}`, search: { open: object } }),
    }),
    [navigate, list, object],
  );
  const isMissing = objects.isSuccess && found === undefined;
  return (
    <Page
      title={
        <>
          {readFrom(from, list).map((step, ix) => (
            <Fragment key={ix}>
              <StepLink step={step} />
              <span className={css["slash"]} aria-hidden>
                /
              </span>
            </Fragment>
          ))}
          {name}
        </>
      }
      note={[object === name ? "" : object, ...(found?.groups ?? [])].filter(Boolean).join(" · ")}
      tools={<Onward type={type} object={object} groups={found?.groups ?? []} />}
    >
      <BoardContext value={setting}>
        <div className={css["stage"]} data-beside={type === "Queue" || undefined}>
          <div className={css["scroll"]}>
            {objects.isPending ? (
              <GridBones columns={4} rows={6} />
            ) : isMissing ? (
              <Notice title={type === "Queue" ? t`There is no such queue` : t`There is no such agent`}>
                <Trans>It may have been removed, or your roles do not include it.</Trans>
              </Notice>
            ) : (
              <Noted>
                <Canvas widgets={board.widgets} />
              </Noted>
            )}
          </div>
          {type === "Queue" && !isMissing && <WhoWaits queue={object} />}
        </div>
      </BoardContext>
    </Page>
  );
}

function StepLink({ step }: { readonly step: Step }): ReactNode {
  const board = useQuery({ ...boardQuery("board" in step ? step.board : ""), enabled: "board" in step }).data;
  switch (step.to) {
    case "overview":
      return <Link to="/" className={css["up"]}>{t`Overview`}</Link>;
    case "queues":
      return <Link to="/queues" className={css["up"]}>{t`Queues`}</Link>;
    case "agents":
      return <Link to="/agents" className={css["up"]}>{t`Agents`}</Link>;
    case "boards":
      return <Link to="/boards" className={css["up"]}>{t`Boards`}</Link>;
    case "board":
      return (
        <Link to="/boards/$board" params={{ board: step.board }} className={css["up"]}>
          {board?.title ?? step.board}
        </Link>
      );
    case "widget":
      return (
        <Link to="/boards/$board" params={{ board: step.board }} search={{ widget: step.widget }} className={css["up"]}>
          {board?.widgets.find(({ id }) => id === step.widget)?.title ?? step.widget}
        </Link>
      );
  }
}

function Onward({ type, object, groups }: { readonly type: Props["type"]; readonly object: string; readonly groups: readonly string[] }) {
  const [group] = groups;
  if (type === "Queue") {
    return (
      <nav className={css["onward"]} aria-label={t`Onward`}>
        <Link to="/queues" search={{ open: object }}>
          <Trans>What each number means</Trans>
        </Link>
        <Link to="/agents" search={{ state: "ready" }}>
          <Trans>Agents who are ready</Trans>
        </Link>
      </nav>
    );
  }
  return (
    <nav className={css["onward"]} aria-label={t`Onward`}>
      <Link to="/agents" search={{ open: object }}>
        <Trans>What each number means</Trans>
      </Link>
      {group !== undefined && (
        <Link to="/agents" search={{ group }}>
          <Trans>All of {group}</Trans>
        </Link>
      )}
    </nav>
  );
}
