// The rules one may look at: one's own, for administrators all.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { removeRule, rulesQuery, storeRule, type RuleLine } from "../../api/alerts.ts";
import { failureWords } from "../../api/client.ts";
import { ruleWords } from "../../floor/rules.ts";
import { Button } from "../../kit/button.tsx";
import { Window } from "../../kit/dialog.tsx";
import { Toggle } from "../../kit/fields.tsx";
import { Mark } from "../../kit/marks.tsx";
import { Notice } from "../../kit/notice.tsx";
import { Failed } from "../../parts/failed.tsx";
import { GridBones } from "../../parts/live-state.tsx";
import css from "./alerts.module.css";

export function RuleList({ onEdit }: { readonly onEdit: (id: string) => void }) {
  const rules = useQuery(rulesQuery);
  if (rules.isPending) return <GridBones columns={2} rows={4} />;
  if (rules.isError) return <Failed error={rules.error} onRetry={() => void rules.refetch()} />;
  if (rules.data.length === 0) {
    return (
      <Notice title={t`No rules yet`}>
        <Trans>“New rule” makes the first one. It can be tried on the past before it is saved.</Trans>
      </Notice>
    );
  }
  return (
    <ul className={css["list"]} aria-label={t`Rules`}>
      {rules.data.map((line) => (
        <RuleItem key={line.id} line={line} onEdit={onEdit} />
      ))}
    </ul>
  );
}

function RuleItem({ line, onEdit }: { readonly line: RuleLine; readonly onEdit: (id: string) => void }) {
  const client = useQueryClient();
  const [isRemoving, setRemoving] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const { rule } = line;
  const change = (changing: Promise<unknown>) => {
    setFailure(null);
    changing
      .catch((error: unknown) => {
        setFailure(failureWords(error));
      })
      .finally(() => void client.invalidateQueries({ queryKey: rulesQuery.queryKey }));
  };
  return (
    <li className={css["item"]} data-level={rule.severity === "critical" ? "breach" : "warn"} data-phase={rule.enabled ? "rule" : "off"}>
      <span className={css["mark"]}>
        <Mark level={rule.severity === "critical" ? "breach" : "warn"} label={rule.severity === "critical" ? t`Critical` : t`Warning`} />
      </span>
      <div className={css["what"]}>
        <p className={css["title"]}>{rule.title}</p>
        <p className={css["quiet"]}>{ruleWords(rule, line.statistic, line.unit)}</p>
        {!line.mine && <p className={css["quiet"]}>{t`Of ${line.owner}`}</p>}
        {rule.private && <p className={css["quiet"]}><Trans>Its alerts are for you alone</Trans></p>}
        {line.cause !== null && <p className={css["doubt"]}>{t`Not watched: ${line.cause}`}</p>}
        {failure !== null && (
          <p className={css["failure"]} role="alert">
            {failure}
          </p>
        )}
      </div>
      <div className={css["actions"]}>
        {line.mine && (
          <>
            <Toggle
              label={t`Watch`}
              isOn={rule.enabled}
              onChange={(enabled) => {
                change(storeRule({ ...rule, enabled }, line));
              }}
            />
            <Button
              onPress={() => {
                onEdit(line.id);
              }}
            >
              <Trans>Change</Trans>
            </Button>
          </>
        )}
        <Button
          look="quiet"
          onPress={() => {
            setRemoving(true);
          }}
        >
          <Trans>Remove</Trans>
        </Button>
      </div>
      {isRemoving && (
        <Window
          title={t`Remove the rule “${rule.title}”?`}
          isOpen
          mustAnswer
          onClose={() => {
            setRemoving(false);
          }}
          footer={
            <>
              <Button
                onPress={() => {
                  setRemoving(false);
                }}
              >
                <Trans>Keep it</Trans>
              </Button>
              <Button
                look="primary"
                onPress={() => {
                  setRemoving(false);
                  change(removeRule(line));
                }}
              >
                <Trans>Remove</Trans>
              </Button>
            </>
          }
        >
          <Trans>Its open alerts end with it.</Trans>
        </Window>
      )}
    </li>
  );
}
