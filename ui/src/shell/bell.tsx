// The bell: how many alerts nobody takes care of yet. Quiet while there are none.
import { plural, t } from "@lingui/core/macro";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { alertsQuery } from "../api/alerts.ts";
import { Icon } from "../kit/icon.tsx";
import css from "./bell.module.css";

export function Bell() {
  const alerts = useQuery(alertsQuery).data;
  const raised = alerts?.open.filter(({ phase }) => phase === "raised") ?? [];
  const count = raised.length;
  const level = raised.some(({ severity }) => severity === "critical") ? "breach" : "warn";
  return (
    <Link to="/alerts" className={css["bell"]} data-level={count > 0 ? level : undefined} aria-label={count === 0 ? t`Alerts` : t`${plural(count, { one: "# alert waits", other: "# alerts wait" })}`} activeOptions={{ includeSearch: false }} activeProps={{ "aria-current": "page" }}>
      <Icon name="bell" />
      {count > 0 && (
        <span className={css["count"]} aria-hidden data-testid="bell-count">
          {count > 99 ? "99+" : count}
        </span>
      )}
    </Link>
  );
}
