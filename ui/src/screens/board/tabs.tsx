// The tabs of a board. Each is an address of its own.
import { t } from "@lingui/core/macro";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import type { Board, Tab } from "../../api/types.ts";
import type { Edit } from "../../boards/edit.ts";
import { ActionMenu } from "../../kit/menu.tsx";
import { AskName } from "./ask-name.tsx";
import css from "./tabs.module.css";

const route = getRouteApi("/boards/$board");

export function Tabs({ board, shown, edit }: { readonly board: Board; readonly shown: string | null; readonly edit: ((edit: Edit) => void) | null }) {
  const tabs = board.tabs ?? [];
  const [renamed, setRenamed] = useState<Tab | null>(null);
  if (tabs.length === 0) return null;
  return (
    <nav className={css["tabs"]} aria-label={t`Tabs of this board`}>
      {tabs.map((tab, ix) => (
        <span key={tab.id} className={css["tab"]} data-shown={tab.id === shown || undefined}>
          <route.Link to="." search={(now) => ({ ...now, tab: tab.id, widget: undefined, object: undefined, of: undefined })} className={css["link"]} aria-current={tab.id === shown ? "page" : undefined}>
            {tab.title}
          </route.Link>
          {edit !== null && tab.id === shown && (
            <ActionMenu
              small
              label={t`What to do with the tab ${tab.title}`}
              entries={[
                { id: "rename", label: t`Rename`, go: () => { setRenamed(tab); } },
                ...(ix > 0 ? [{ id: "left", label: t`Move left`, go: () => { edit({ do: "move-tab", id: tab.id, by: -1 }); } }] : []),
                ...(ix < tabs.length - 1 ? [{ id: "right", label: t`Move right`, go: () => { edit({ do: "move-tab", id: tab.id, by: 1 }); } }] : []),
                { id: "remove", label: t`Remove with its widgets`, isDanger: true, go: () => { edit({ do: "remove-tab", id: tab.id }); } },
              ]}
            />
          )}
        </span>
      ))}
      {renamed !== null && (
        <AskName
          title={t`Rename the tab`}
          label={t`Name`}
          value={renamed.title}
          action={t`Rename`}
          onClose={() => {
            setRenamed(null);
          }}
          onName={(title) => {
            edit?.({ do: "rename-tab", id: renamed.id, title });
          }}
        />
      )}
    </nav>
  );
}
