// Which kinds of widgets people may put on boards: for everybody, for some roles, for nobody.
import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { putWidgetKinds, widgetKindsQuery, type KindLine } from "../../api/admin.ts";
import { failureWords } from "../../api/client.ts";
import { metaQuery } from "../../api/queries.ts";
import { kindInfo, kindTitle } from "../../boards/kinds.ts";
import { Button } from "../../kit/button.tsx";
import { Dropdown } from "../../kit/controls.tsx";
import { Written } from "../../kit/fields.tsx";
import { Failed } from "../../parts/failed.tsx";
import { GridBones } from "../../parts/live-state.tsx";
import { useMayAdminister } from "../../parts/privileges.ts";
import { AdminPage } from "./admin-page.tsx";
import css from "./admin.module.css";
import { Failure } from "./ask.tsx";
import { listed } from "./roles.ts";

export function WidgetsPage() {
  const client = useQueryClient();
  const isAdmin = useMayAdminister();
  const kinds = useQuery({ ...widgetKindsQuery, enabled: isAdmin, staleTime: 0 });
  const [failure, setFailure] = useState<string | null>(null);
  const [said, setSaid] = useState("");
  const change = (line: KindLine, only: readonly string[] | null) => {
    if (kinds.data === undefined) return;
    setFailure(null);
    const all = kinds.data.kinds.map((each) => [each.kind, each.kind === line.kind ? only : each.only] as const);
    const named = Object.fromEntries(all.filter((each): each is readonly [KindLine["kind"], readonly string[]] => each[1] !== null));
    putWidgetKinds(named, kinds.data.revision)
      .then((stored) => {
        client.setQueryData(widgetKindsQuery.queryKey, stored);
        setSaid(t`${kindTitle(line.kind)}: ${standing(only)}.`);
        return client.invalidateQueries({ queryKey: metaQuery.queryKey });
      })
      .catch(async (error: unknown) => {
        setFailure(failureWords(error));
        await client.invalidateQueries({ queryKey: widgetKindsQuery.queryKey });
      });
  };
  const off = kinds.data?.kinds.filter(({ off: isOff }) => isOff).length ?? 0;
  return (
    <AdminPage note={kinds.data === undefined ? undefined : off === 0 ? t`All kinds are on` : t`${plural(off, { one: "# kind is off", other: "# kinds are off" })}`}>
      <p className={css["hint"]}><Trans>The editor of boards offers what is on. Widgets of a kind that is off stay on their boards and say so; they show again when it is switched on.</Trans></p>
      <Failure words={failure} />
      <p className="heard" role="status">{said}</p>
      {kinds.isError ? (
        <Failed error={kinds.error} onRetry={() => void kinds.refetch()} />
      ) : kinds.data === undefined ? (
        <GridBones columns={2} rows={12} />
      ) : (
        <ul className={css["kinds"]} aria-label={t`Kinds of widgets`}>
          {kinds.data.kinds.map((line) => (
            <Kind key={`${line.kind}/${line.only?.join(",") ?? ""}`} line={line} onChange={(only) => { change(line, only); }} />
          ))}
        </ul>
      )}
    </AdminPage>
  );
}

function standing(only: readonly string[] | null): string {
  if (only === null) return t`on for everybody`;
  return only.length === 0 ? t`off` : t`on for ${only.join(", ")}`;
}

type Choice = "all" | "some" | "none";

function Kind({ line, onChange }: { readonly line: KindLine; readonly onChange: (only: readonly string[] | null) => void }) {
  const stored: Choice = line.only === null ? "all" : line.only.length === 0 ? "none" : "some";
  const [choice, setChoice] = useState<Choice>(stored);
  const [roles, setRoles] = useState(line.only?.join(", ") ?? "");
  const title = kindTitle(line.kind);
  const choose = (next: Choice) => {
    setChoice(next);
    if (next !== "some") onChange(next === "all" ? null : []);
  };
  return (
    <li className={css["kind"]} data-off={line.off || undefined}>
      <span>
        <strong>{title}</strong>
        <span className={css["quiet"]}>{kindInfo(line.kind).about}</span>
      </span>
      <div className={css["choice"]}>
        <Dropdown
          label={t`Who may use ${title}`}
          value={choice}
          choices={[
            { id: "all", label: t`On for everybody` },
            { id: "some", label: t`On for some roles` },
            { id: "none", label: t`Off` },
          ]}
          onChange={(next) => {
            choose(next as Choice);
          }}
        />
        {choice === "some" && (
          <>
            <Written label={t`Roles, with commas`} value={roles} onChange={setRoles} />
            <Button
              isDisabled={listed(roles).length === 0 || listed(roles).join(",") === line.only?.join(",")}
              onPress={() => {
                onChange(listed(roles));
              }}
            >
              <Trans>Save</Trans>
            </Button>
          </>
        )}
      </div>
    </li>
  );
}
