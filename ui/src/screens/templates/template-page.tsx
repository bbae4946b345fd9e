// One template: changed by who may, else looked at; a new one begins empty or as a copy.
import { t } from "@lingui/core/macro";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams, useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { statisticsQuery } from "../../api/queries.ts";
import { templateQuery } from "../../api/templates.ts";
import { useMayAuthor } from "../../parts/privileges.ts";
import { draftOf, newDraft } from "../../boards/template-edit.ts";
import { Notice } from "../../kit/notice.tsx";
import { Failed } from "../../parts/failed.tsx";
import { GridBones } from "../../parts/live-state.tsx";
import { Page } from "../../parts/page.tsx";
import { TemplateEditor } from "./template-editor.tsx";
import { TemplateView } from "./template-view.tsx";
import css from "./templates.module.css";

export function TemplatePage() {
  const { template: name } = useParams({ from: "/templates/$template" });
  const isAuthor = useMayAuthor();
  const template = useQuery(templateQuery(name));
  const library = useQuery(statisticsQuery);
  if (template.isError || library.isError) return <Framed><Failed error={template.error ?? library.error} onRetry={() => void template.refetch()} /></Framed>;
  if (template.isPending || library.isPending) return <Framed><GridBones columns={3} rows={8} /></Framed>;
  if (!isAuthor) return <TemplateView template={template.data} library={library.data} />;
  // What is being edited is not exchanged under one's hands: storing tells whether somebody was faster.
  return <TemplateEditor key={name} start={draftOf(template.data)} over={template.data} library={library.data} />;
}

export function NewTemplatePage() {
  const { from } = useSearch({ from: "/templates/new" });
  const isAuthor = useMayAuthor();
  const original = useQuery({ ...templateQuery(from ?? ""), enabled: from !== undefined });
  const library = useQuery(statisticsQuery);
  if (!isAuthor) return <Framed><Notice title={t`You may not make templates`}>{t`An administrator can give you the privilege to manage templates.`}</Notice></Framed>;
  if (original.isError || library.isError) return <Framed><Failed error={original.error ?? library.error} /></Framed>;
  if ((from !== undefined && original.data === undefined) || library.data === undefined) return <Framed><GridBones columns={3} rows={8} /></Framed>;
  const copied = original.data === undefined ? null : draftOf(original.data);
  return <TemplateEditor key={from ?? ""} start={copied === null ? newDraft(library.data) : { ...copied, title: t`${copied.title}, copy` }} over={null} library={library.data} />;
}

export const Back = ({ title }: { readonly title: string }) => (
  <span className={css["trail"]}>
    <Link to="/templates">{t`Templates`}</Link>
    <span aria-hidden> / </span>
    {title}
  </span>
);

function Framed({ children }: { readonly children: ReactNode }) {
  return (
    <Page title={<Back title="" />}>
      <div className={css["area"]}>{children}</div>
    </Page>
  );
}
