// Why somebody sees an object, or does not: the rule that decided.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { explanationQuery, type Explanation, type Reason } from "../../api/admin.ts";
import { objectsQuery } from "../../api/queries.ts";
import { OBJECT_TYPES, typeWord, typeWords } from "../../floor/object-types.ts";
import { Dropdown } from "../../kit/controls.tsx";
import { Window } from "../../kit/dialog.tsx";
import { Labelled } from "../../kit/fields.tsx";
import { Bone } from "../../kit/notice.tsx";
import { PickList } from "../../kit/pick-list.tsx";
import { Failed } from "../../parts/failed.tsx";
import css from "./admin.module.css";
import { rolesWords } from "./roles.ts";
import type { User } from "./user-list.ts";

interface Props {
  readonly user: User;
  /** `Type:id`; null: none is chosen yet. */
  readonly object: string | null;
  readonly onObject: (object: string | null) => void;
  readonly onClose: () => void;
}

export function SeesWindow({ user, object, onObject, onClose }: Props) {
  const [type, setType] = useState(object?.split(":")[0] ?? "Queue");
  const objects = useQuery(objectsQuery(type));
  const id = object?.startsWith(`${type}:`) === true ? object.slice(type.length + 1) : null;
  const called = objects.data?.find((each) => each.object === id)?.name ?? id ?? "";
  return (
    <Window title={t`What ${user.name} may see`} size="large" isOpen onClose={onClose}>
      <div className={css["split"]}>
        <div className={css["form"]}>
          <Labelled label={t`Kind of objects`}>
            <Dropdown
              label={t`Kind of objects`}
              value={type}
              choices={OBJECT_TYPES.map((each) => ({ id: each, label: typeWords(each) }))}
              onChange={(next) => {
                setType(next);
                onObject(null);
              }}
            />
          </Labelled>
          {objects.isError ? (
            <Failed error={objects.error} onRetry={() => void objects.refetch()} />
          ) : (
            <PickList
              label={t`Find an object`}
              isSingle
              items={(objects.data ?? []).map((each) => ({ id: each.object, label: each.name, note: each.object }))}
              chosen={id === null ? [] : [id]}
              onChange={([next]) => {
                onObject(next === undefined ? null : `${type}:${next}`);
              }}
              none={objects.isPending ? t`Being asked …` : t`There are none that you see yourself.`}
            />
          )}
        </div>
        <div className={css["answer"]} aria-live="polite">
          {object === null || id === null ? <p className={css["quiet"]}><Trans>Choose an object: the rule that decides about it is named here.</Trans></p> : <Answer user={user} object={object} called={called} type={type} />}
        </div>
      </div>
    </Window>
  );
}

function Answer({ user, object, called, type }: { readonly user: User; readonly object: string; readonly called: string; readonly type: string }) {
  // Of those who come by a service, only what it told last is known.
  const told = useQuery(explanationQuery(user.user, object, user.way === "service" ? user.roles : null));
  if (told.isPending) return <Bone width="100%" height="4rem" />;
  if (told.isError) return <Failed error={told.error} onRetry={() => void told.refetch()} />;
  return <Why user={user} called={`${typeWord(type)} ${called}`} told={told.data} />;
}

function Why({ user: { name }, called, told }: { readonly user: User; readonly called: string; readonly told: Explanation }) {
  const { decided_by: decided, rules, visible } = told;
  return (
    <>
      <h3 className={css["verdict"]} data-visible={visible || undefined}>
        <span className={css["sign"]} aria-hidden>{visible ? "✓" : "✕"}</span>
        {visible ? t`${name} sees it: ${called}` : t`${name} does not see it: ${called}`}
      </h3>
      {told.state !== "fresh" && (
        <p className={css["doubt"]}>
          {told.state === "unknown" ? t`Nobody has told yet who may see what: until then nobody sees anything.` : t`Nobody has confirmed the rules for too long: until somebody does, nobody sees anything.`}
        </p>
      )}
      {decided === null ? <p><Trans>No rule says anything of it, and what no rule allows is not seen.</Trans></p> : <p><Trans>It is decided by:</Trans></p>}
      {decided !== null && <Rule reason={decided} />}
      {rules.length > 1 && (
        <>
          <p className={css["label"]}><Trans>These say something of it as well; a refusal goes before everything else:</Trans></p>
          <ul className={css["rules"]}>
            {rules.slice(1).map((reason, ix) => (
              <li key={ix}><Rule reason={reason} /></li>
            ))}
          </ul>
        </>
      )}
      <p className={css["quiet"]}><Trans>With the roles: {rolesWords(told.roles)}.</Trans></p>
    </>
  );
}

function Rule({ reason: { rule, who, effect } }: { readonly reason: Reason }) {
  return (
    <p className={css["rule"]}>
      <strong>{rule}</strong>
      <span>{effect === "allow" ? t`allows it to ${who}` : t`refuses it to ${who}`}</span>
    </p>
  );
}
