// A rule: what it watches, when it rings, whom it tells; and what it would have done.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { rulesQuery, storeRule, type Rule } from "../../api/alerts.ts";
import { failureWords } from "../../api/client.ts";
import { statisticsQuery } from "../../api/queries.ts";
import { conditionWords } from "../../floor/rules.ts";
import { Button } from "../../kit/button.tsx";
import { Segmented } from "../../kit/controls.tsx";
import { Window } from "../../kit/dialog.tsx";
import { Amount, Labelled, Toggle, Written } from "../../kit/fields.tsx";
import css from "./alerts.module.css";
import { RuleLimits } from "./rule-limits.tsx";
import { RuleTrial } from "./rule-trial.tsx";
import { RuleWhat } from "./rule-what.tsx";

interface Props {
  /** null: a new one. */
  readonly id: string | null;
  readonly seed: Rule;
  readonly onClose: () => void;
}

export function RuleWindow({ id, seed, onClose }: Props) {
  const lines = useQuery({ ...rulesQuery, enabled: id !== null }).data;
  const line = id === null ? null : (lines?.find((each) => each.id === id) ?? null);
  if (id !== null && line === null) return null;
  return <Form key={line?.revision ?? "new"} over={line} start={line?.rule ?? seed} onClose={onClose} />;
}

function Form({ over, start, onClose }: { readonly over: Parameters<typeof storeRule>[1]; readonly start: Rule; readonly onClose: () => void }) {
  const client = useQueryClient();
  const statistics = useQuery(statisticsQuery).data ?? [];
  const [rule, setRule] = useState(start);
  const [failure, setFailure] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const change = (part: Partial<Rule>) => {
    setRule((now) => ({ ...now, ...part }));
  };
  const statistic = statistics.find(({ name }) => name === rule.statistic.stat_type);
  const unit = statistic?.unit ?? "number";
  const suggested = statistic === undefined ? "" : `${statistic.title} ${conditionWords(rule.condition, unit)}`;
  const whole: Rule = { ...rule, title: rule.title.trim() === "" ? suggested.slice(0, 128) : rule.title };
  const isReady = statistic !== undefined && whole.objects.length > 0 && (rule.condition.is !== "state" || rule.condition.states.length > 0);
  const save = () => {
    setBusy(true);
    setFailure(null);
    storeRule(whole, over)
      .then(async () => {
        await client.invalidateQueries({ queryKey: rulesQuery.queryKey });
        onClose();
      })
      .catch((error: unknown) => {
        setFailure(failureWords(error));
        setBusy(false);
      });
  };
  return (
    <Window
      title={over === null ? t`New rule` : t`Change the rule`}
      size="large"
      isOpen
      onClose={onClose}
      footer={
        <>
          {failure !== null && (
            <p className={css["failure"]} role="alert">
              {failure}
            </p>
          )}
          <Button onPress={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button look="primary" isDisabled={!isReady || isBusy} onPress={save}>
            {over === null ? t`Watch it` : t`Save`}
          </Button>
        </>
      }
    >
      <div className={css["columns"]}>
        <div className={css["form"]}>
          <RuleWhat rule={rule} statistics={statistics} onChange={change} />
        </div>
        <div className={css["form"]}>
          <RuleLimits rule={rule} unit={unit} onChange={change} />
          <Labelled label={t`How much it matters`}>
            <Segmented
              label={t`How much it matters`}
              value={rule.severity}
              choices={[
                { id: "warning", label: t`Warning` },
                { id: "critical", label: t`Critical` },
              ]}
              onChange={(severity) => {
                change({ severity });
              }}
            />
          </Labelled>
          <Written label={t`Name`} placeholder={suggested} value={rule.title} onChange={(title) => { change({ title }); }} />
          <Written isLong label={t`What to do`} value={rule.text ?? ""} onChange={(text) => { change({ text }); }} />
          <Toggle label={t`For me alone`} help={t`Else everybody hears of it who may see the object.`} isOn={rule.private} onChange={(isPrivate) => { change({ private: isPrivate }); }} />
          <Written
            label={t`Webhook`}
            help={t`An address to which each alert is posted, if the settings allow it.`}
            value={rule.webhook ?? ""}
            onChange={(webhook) => {
              setRule(({ webhook: _, ...rest }) => (webhook.trim() === "" ? rest : { ...rest, webhook: webhook.trim() }));
            }}
          />
        </div>
        <RuleTrial rule={whole} unit={unit} isReady={isReady} />
      </div>
    </Window>
  );
}

/** A span in seconds; empty means none. */
export function Seconds({ label, value, onChange }: { readonly label: string; readonly value: number; readonly onChange: (seconds: number) => void }) {
  return (
    <Amount
      label={label}
      value={value}
      onChange={(seconds) => {
        onChange(Math.max(0, Math.round(seconds ?? 0)));
      }}
    />
  );
}
