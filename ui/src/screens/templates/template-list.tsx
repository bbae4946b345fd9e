// The templates: what each is for, whose it is, who changed it; what can be done with it.
import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { failureWords } from "../../api/client.ts";
import { templatesQuery } from "../../api/queries.ts";
import { templateText } from "../../api/templates.ts";
import type { Template } from "../../api/types.ts";
import { kindTitle } from "../../boards/kinds.ts";
import { pendingWords } from "../../boards/templates.ts";
import { statName } from "../../boards/words.ts";
import { typeWords } from "../../floor/object-types.ts";
import { dateAndTime } from "../../kit/format.ts";
import { ActionMenu } from "../../kit/menu.tsx";
import { Notice } from "../../kit/notice.tsx";
import { Failed } from "../../parts/failed.tsx";
import { GridBones } from "../../parts/live-state.tsx";
import { saveFile } from "../../parts/save-file.ts";
import { useZone } from "../../parts/zone.ts";
import { RemoveWindow } from "./remove-window.tsx";
import css from "./templates.module.css";
import { UsesWindow } from "./uses.tsx";

const SHOWN_MAX = 6;

export function TemplateList({ query, isAuthor }: { readonly query: string; readonly isAuthor: boolean }) {
  const templates = useQuery(templatesQuery);
  if (templates.isPending) return <GridBones columns={2} rows={6} />;
  if (templates.isError) return <Failed error={templates.error} onRetry={() => void templates.refetch()} />;
  if (templates.data.length === 0) {
    return <Notice title={t`No templates yet`}>{isAuthor ? t`“New template” makes the first one; those that come with Pulse are loaded by “pulse init-tenant”.` : t`Whoever may manage templates makes them; then new widgets can begin with them.`}</Notice>;
  }
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found = templates.data.filter((template) => {
    const text = `${template.title} ${template.description} ${template.object_types.map(typeWords).join(" ")} ${columnNames(template).join(" ")}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  if (found.length === 0) return <Notice title={t`No templates match`}><Trans>Fewer words may find them.</Trans></Notice>;
  return (
    <ul className={css["list"]} aria-label={t`Templates`}>
      {found.map((template) => (
        <Item key={template.name} template={template} isAuthor={isAuthor} />
      ))}
    </ul>
  );
}

const columnNames = ({ widget }: Template): readonly string[] => (widget.query?.statistics ?? []).map(statName);

function Item({ template, isAuthor }: { readonly template: Template; readonly isAuthor: boolean }) {
  const navigate = useNavigate();
  const zone = useZone();
  const [asked, ask] = useState<"uses" | "remove" | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const { name, title, description, object_types: types, widget } = template;
  const columns = columnNames(template);
  const pending = pendingWords(template);
  const download = () => {
    setFailure(null);
    templateText(name)
      .then((text) => {
        saveFile(`${name}.toml`, new Blob([text], { type: "application/toml" }));
      })
      .catch((error: unknown) => {
        setFailure(failureWords(error));
      });
  };
  const close = () => {
    ask(null);
  };
  return (
    <li className={css["item"]}>
      <div className={css["what"]}>
        <p className={css["title"]}>
          <Link to="/templates/$template" params={{ template: name }} className={css["link"]}>
            {title}
          </Link>
          {template.shipped && <span className={css["tag"]}>{template.edited ? t`comes with Pulse, changed here` : t`comes with Pulse`}</span>}
        </p>
        <p className={css["quiet"]}>{description}</p>
        {pending !== null && <p className={css["quiet"]}>{pending}</p>}
        {failure !== null && (
          <p className={css["failure"]} role="alert">
            {failure}
          </p>
        )}
      </div>
      <div className={css["has"]}>
        <p>{types.length === 0 ? kindTitle(widget.kind) : types.map(typeWords).join(", ")}</p>
        {columns.length > 0 && (
          <p className={css["quiet"]} title={columns.join(", ")}>
            {columns.slice(0, SHOWN_MAX).join(", ")}
            {columns.length > SHOWN_MAX && t` and ${plural(columns.length - SHOWN_MAX, { one: "# more", other: "# more" })}`}
          </p>
        )}
      </div>
      <p className={css["changed"]}>{template.shipped && !template.edited ? "" : `${template.changed_by}, ${dateAndTime(template.changed_at / 1000, zone)}`}</p>
      <ActionMenu
        label={t`What to do with ${title}`}
        entries={[
          ...(isAuthor
            ? [
                { id: "change", label: t`Change …`, go: () => void navigate({ to: "/templates/$template", params: { template: name } }) },
                { id: "copy", label: t`Duplicate …`, go: () => void navigate({ to: "/templates/new", search: { from: name } }) },
              ]
            : []),
          { id: "uses", label: t`Where it is used …`, go: () => { ask("uses"); } },
          { id: "text", label: t`Save as a text file`, go: download },
          ...(isAuthor ? [{ id: "remove", label: t`Delete …`, isDanger: true, go: () => { ask("remove"); } }] : []),
        ]}
      />
      {asked === "uses" && <UsesWindow of="templates" name={name} title={title} onClose={close} />}
      {asked === "remove" && <RemoveWindow template={template} onClose={close} />}
    </li>
  );
}
