// "Tell me when": the limit for one number of one object.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { useMayEdit } from "../parts/privileges.ts";
import type { Watch } from "../floor/watches.ts";
import { Button } from "../kit/button.tsx";
import { Segmented } from "../kit/controls.tsx";
import { Window } from "../kit/dialog.tsx";
import { Amount } from "../kit/fields.tsx";
import { newId } from "../parts/new-id.ts";
import { addWatch } from "./kept.ts";
import { askToNotify } from "./tell.ts";
import css from "./watches.module.css";

interface Props {
  readonly of: Omit<Watch, "id" | "when" | "limit">;
  readonly value: number | null;
  readonly onClose: () => void;
}

export function WatchWindow({ of, value, onClose }: Props) {
  const isEditor = useMayEdit();
  const [when, setWhen] = useState<Watch["when"]>("above");
  const [limit, setLimit] = useState<number | null>(value === null ? null : Math.round(value));
  const done = () => {
    if (limit === null) return;
    addWatch({ ...of, id: newId(), when, limit });
    askToNotify();
    onClose();
  };
  const unit = of.unit === "seconds" ? t`in seconds` : of.unit === "percent" ? t`in percent` : "";
  return (
    <Window
      title={t`Tell me when`}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button look="primary" isDisabled={limit === null} onPress={done}>
            <Trans>Tell me</Trans>
          </Button>
        </>
      }
    >
      <form
        className={css["form"]}
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          done();
        }}
      >
        <p>
          {of.title}, {of.name} {unit !== "" && <span className={css["quiet"]}>{unit}</span>}
        </p>
        <Segmented label={t`On which side`} value={when} choices={[{ id: "above", label: t`is over` }, { id: "below", label: t`is under` }]} onChange={setWhen} />
        <Amount label={t`Limit`} value={limit} onChange={setLimit} />
        <p className={css["quiet"]}>
          <Trans>Once, with a sound, while Pulse is open in this browser.</Trans>
        </p>
        {isEditor && (
          <Link className={css["link"]} to="/alerts" search={{ view: "rules", rule: "new", type: of.objectType, statistic: of.statistic, object: of.object, limit: limit === null ? undefined : String(limit) }}>
            <Trans>Always, for everybody: make a rule</Trans>
          </Link>
        )}
      </form>
    </Window>
  );
}
