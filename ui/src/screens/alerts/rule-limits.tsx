// When a rule rings, and when it is well again.
import { t } from "@lingui/core/macro";
import type { Condition, Rule } from "../../api/alerts.ts";
import { floorState } from "../../floor/states.ts";
import { Chips, Segmented } from "../../kit/controls.tsx";
import { Amount, Labelled } from "../../kit/fields.tsx";
import type { Unit } from "../../live/frame.ts";
import css from "./alerts.module.css";
import { Seconds } from "./rule-window.tsx";

interface Props {
  readonly rule: Rule;
  readonly unit: Unit;
  readonly onChange: (part: Partial<Rule>) => void;
}

/** States for which somebody would want to be called. */
// eslint-disable-next-line lingui/no-unlocalized-strings -- names of the stream, which are put into words below
const STATES = ["NotReadyForNextCall", "AfterCallWork", "CallOnHold", "CallInbound", "CallRinging", "LoggedOut"];

export function RuleLimits({ rule, unit, onChange }: Props) {
  const { condition } = rule;
  const note = unit === "seconds" ? t`in seconds` : unit === "percent" ? t`in percent` : "";
  const turn = (is: "above" | "below" | "equal") => {
    const limit = condition.is === "equal" ? condition.to : condition.is === "state" ? 0 : condition.raise;
    onChange({ condition: is === "equal" ? { is, to: limit } : { is, raise: limit } });
  };
  const set = (next: Condition) => {
    onChange({ condition: next });
  };
  return (
    <>
      {condition.is === "state" ? (
        <Labelled label={t`Rings while it is`}>
          <Chips label={t`States`} value={condition.states} choices={STATES.map((id) => ({ id, label: floorState({ status: id, since: null, reasons: {}, members: null }).word }))} onChange={(states) => { set({ is: "state", states }); }} />
        </Labelled>
      ) : (
        <Labelled label={t`Rings while it is`} help={note === "" ? undefined : note}>
          <div className={css["row"]}>
            <Segmented
              label={t`On which side`}
              value={condition.is}
              choices={[
                { id: "above", label: t`over` },
                { id: "below", label: t`under` },
                { id: "equal", label: t`exactly` },
              ]}
              onChange={turn}
            />
            <Amount
              key={`limit-${condition.is}`}
              label={t`Limit`}
              isLabelHidden
              value={condition.is === "equal" ? condition.to : condition.raise}
              onChange={(limit) => {
                if (limit === null) return;
                set(condition.is === "equal" ? { is: "equal", to: limit } : { ...condition, raise: limit });
              }}
            />
          </div>
        </Labelled>
      )}
      <div className={css["row"]}>
        <Seconds label={t`For so many seconds`} value={rule.for_s} onChange={(for_s) => { onChange({ for_s }); }} />
        {(condition.is === "above" || condition.is === "below") && (
          <Amount
            key={`clear-${condition.is}`}
            label={t`Well again at`}
            placeholder={String(condition.raise)}
            value={condition.clear ?? null}
            onChange={(clear) => {
              const { clear: _, ...rest } = condition;
              set(clear === null ? rest : { ...rest, clear });
            }}
          />
        )}
        <Seconds label={t`Well for so many seconds`} value={rule.clear_for_s} onChange={(clear_for_s) => { onChange({ clear_for_s }); }} />
      </div>
    </>
  );
}
