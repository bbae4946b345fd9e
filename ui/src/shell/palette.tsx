// Go anywhere, find anyone, by keyboard: Ctrl-K.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { Autocomplete, Dialog, Input, Menu, MenuItem, Modal, ModalOverlay, Text, TextField } from "react-aria-components";
import { boardsQuery, objectsQuery } from "../api/queries.ts";
import { useMayAdminister } from "../parts/privileges.ts";
import { find, type Entry } from "./find.ts";
import { changeLooks, type Theme } from "./looks.ts";
import css from "./palette.module.css";

interface Props {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export default function Palette({ isOpen, onClose }: Props) {
  const [query, setQuery] = useState("");
  const entries = useEntries();
  const found = useMemo(() => find(entries, query), [entries, query]);
  const close = () => {
    setQuery("");
    onClose();
  };
  return (
    <ModalOverlay
      className={css["overlay"] ?? ""}
      isOpen={isOpen}
      isDismissable
      onOpenChange={(open) => {
        if (!open) close();
      }}
    >
      <Modal className={css["modal"] ?? ""}>
        <Dialog className={css["dialog"] ?? ""} aria-label={t`Find a page, queue, agent or board`}>
          <Autocomplete inputValue={query} onInputChange={setQuery}>
            <TextField aria-label={t`Find a page, queue, agent or board`}>
              {/* eslint-disable-next-line jsx-a11y/no-autofocus -- it was called up to be typed into */}
              <Input className={css["input"] ?? ""} placeholder={t`Queue, agent, board or command`} autoFocus />
            </TextField>
            <Menu
              className={css["menu"] ?? ""}
              aria-label={t`Found`}
              items={found}
              renderEmptyState={() => <p className={css["none"]}><Trans>Nothing is called that.</Trans></p>}
              onAction={(id) => {
                found.find((entry) => entry.id === id)?.go();
                close();
              }}
            >
              {(entry) => (
                <MenuItem id={entry.id} className={css["item"] ?? ""} textValue={entry.label}>
                  <Text slot="label">{entry.label}</Text>
                  <Text slot="description" className={css["kind"] ?? ""}>
                    {entry.kind}
                  </Text>
                </MenuItem>
              )}
            </Menu>
          </Autocomplete>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function useEntries(): readonly Entry[] {
  const navigate = useNavigate();
  const isAdmin = useMayAdminister();
  const boards = useQuery(boardsQuery).data;
  const queues = useQuery(objectsQuery("Queue")).data;
  const agents = useQuery(objectsQuery("Agent")).data;
  return useMemo(() => {
    const theme = (id: Theme, label: string): Entry => ({ id: `theme-${id}`, label, kind: t`Appearance`, go: () => { changeLooks({ theme: id }); } });
    return [
      { id: "overview", label: t`Overview`, kind: t`Page`, go: () => void navigate({ to: "/" }) },
      { id: "queues", label: t`Queues`, kind: t`Page`, go: () => void navigate({ to: "/queues" }) },
      { id: "agents", label: t`Agents`, kind: t`Page`, go: () => void navigate({ to: "/agents" }) },
      { id: "map", label: t`Floor map`, kind: t`Page`, go: () => void navigate({ to: "/agents", search: { view: "map" } }) },
      { id: "boards", label: t`Boards`, kind: t`Page`, go: () => void navigate({ to: "/boards" }) },
      { id: "walls", label: t`Screens on walls`, kind: t`Page`, go: () => void navigate({ to: "/walls" }) },
      { id: "templates", label: t`Templates`, kind: t`Page`, go: () => void navigate({ to: "/templates" }) },
      ...(isAdmin
        ? [
            { id: "admin-users", label: t`Administration: users`, kind: t`Page`, go: () => void navigate({ to: "/admin/users" }) },
            { id: "admin-shares", label: t`Administration: what is shared`, kind: t`Page`, go: () => void navigate({ to: "/admin/shares" }) },
            { id: "admin-widgets", label: t`Administration: kinds of widgets`, kind: t`Page`, go: () => void navigate({ to: "/admin/widgets" }) },
            { id: "admin-audit", label: t`Administration: who did what`, kind: t`Page`, go: () => void navigate({ to: "/admin/audit" }) },
          ]
        : []),
      ...(boards ?? []).map((board) => ({ id: `b:${board.id}`, label: board.title, kind: t`Board`, go: () => void navigate({ to: "/boards/$board", params: { board: board.id } }) })),
      ...(queues ?? []).map((queue) => ({ id: `q:${queue.object}`, label: queue.name, kind: t`Queue`, go: () => void navigate({ to: "/queues/$queue", params: { queue: queue.object } }) })),
      ...(agents ?? []).map((agent) => ({ id: `a:${agent.object}`, label: agent.name, kind: t`Agent`, go: () => void navigate({ to: "/agents/$agent", params: { agent: agent.object } }) })),
      theme("light", t`Light appearance`),
      theme("dark", t`Dark appearance`),
      theme("contrast", t`High contrast appearance`),
      theme("wall", t`Wall appearance`),
      { id: "compact", label: t`Compact rows`, kind: t`Appearance`, go: () => { changeLooks({ density: "compact" }); } },
      { id: "normal", label: t`Normal rows`, kind: t`Appearance`, go: () => { changeLooks({ density: "normal" }); } },
    ];
  }, [boards, queues, agents, isAdmin, navigate]);
}
