// Alerts: what rings now, what rang, and the rules that make it ring with no browser open.
import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { alertsQuery } from "../../api/alerts.ts";
import { seededRule } from "../../floor/rules.ts";
import { Button } from "../../kit/button.tsx";
import { Segmented } from "../../kit/controls.tsx";
import { Notice } from "../../kit/notice.tsx";
import { Failed } from "../../parts/failed.tsx";
import { GridBones } from "../../parts/live-state.tsx";
import { Page } from "../../parts/page.tsx";
import { useMay, useMayEdit } from "../../parts/privileges.ts";
import { AlertItem } from "./alert-item.tsx";
import css from "./alerts.module.css";
import { RuleList } from "./rule-list.tsx";
import { RuleWindow } from "./rule-window.tsx";

type View = "open" | "recent" | "rules";

export function AlertsPage() {
  const search = useSearch({ from: "/alerts" });
  const navigate = useNavigate({ from: "/alerts" });
  const alerts = useQuery(alertsQuery);
  const isEditor = useMayEdit();
  const view: View = search.view === "recent" ? "recent" : search.view === "rules" && isEditor ? "rules" : "open";
  const show = (next: View) => void navigate({ search: next === "open" ? {} : { view: next }, replace: true });
  const waiting = alerts.data?.open.filter(({ phase }) => phase === "raised").length ?? 0;
  const choices = [
    { id: "open" as const, label: t`Open` },
    { id: "recent" as const, label: t`Recent` },
    ...(isEditor ? [{ id: "rules" as const, label: t`Rules` }] : []),
  ];
  return (
    <Page
      title={t`Alerts`}
      note={alerts.data === undefined ? undefined : waiting === 0 ? t`Nothing waits for you` : t`${plural(waiting, { one: "# waits for somebody", other: "# wait for somebody" })}`}
      isScrolling
      tools={
        <>
          <Segmented label={t`What to show`} value={view} choices={choices} onChange={show} />
          {isEditor && (
            <Button look="primary" onPress={() => void navigate({ search: { view: "rules", rule: "new" } })}>
              <Trans>New rule</Trans>
            </Button>
          )}
        </>
      }
    >
      <div className={css["area"]}>
        {view === "rules" ? (
          <RuleList onEdit={(id) => void navigate({ search: { view: "rules", rule: id } })} />
        ) : alerts.isPending ? (
          <GridBones columns={2} rows={4} />
        ) : alerts.isError ? (
          <Failed error={alerts.error} onRetry={() => void alerts.refetch()} />
        ) : (
          <Inbox view={view} />
        )}
      </div>
      {isEditor && search.rule !== undefined && (
        <RuleWindow id={search.rule === "new" ? null : search.rule} seed={seededRule(search)} onClose={() => void navigate({ search: { view: "rules" }, replace: true })} />
      )}
    </Page>
  );
}

function Inbox({ view }: { readonly view: "open" | "recent" }) {
  const alerts = useQuery(alertsQuery).data;
  const mayAct = useMay("manage_tabs");
  const shown = (view === "open" ? alerts?.open : alerts?.recent) ?? [];
  if (shown.length > 0) {
    return (
      <ul className={css["list"]} aria-label={view === "open" ? t`Open alerts` : t`Alerts that are over`}>
        {shown.map((alert) => (
          <AlertItem key={alert.id} alert={alert} now={alerts?.at ?? 0} mayAct={mayAct} />
        ))}
      </ul>
    );
  }
  return view === "open" ? (
    <Notice title={t`No alerts`}>
      <Trans>Rules watch the numbers also while no browser is open. What they find appears here.</Trans>
    </Notice>
  ) : (
    <Notice title={t`Nothing rang in the last seven days`} />
  );
}
