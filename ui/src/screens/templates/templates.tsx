// What widgets begin with: the templates of this installation, and the library of statistics in words.
import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { statisticsQuery, templatesQuery } from "../../api/queries.ts";
import { Button } from "../../kit/button.tsx";
import { Search, Segmented } from "../../kit/controls.tsx";
import { Page } from "../../parts/page.tsx";
import { useMayAuthor } from "../../parts/privileges.ts";
import { ImportWindow } from "./import-window.tsx";
import { StatisticList } from "./statistic-list.tsx";
import { TemplateList } from "./template-list.tsx";
import css from "./templates.module.css";

type View = "templates" | "statistics";

export function TemplatesPage() {
  const search = useSearch({ from: "/templates" });
  const navigate = useNavigate({ from: "/templates" });
  const isAuthor = useMayAuthor();
  const templates = useQuery(templatesQuery).data;
  const statistics = useQuery(statisticsQuery).data;
  const [query, setQuery] = useState(search.q ?? "");
  const [isImporting, setImporting] = useState(false);
  const view: View = search.view === "statistics" ? "statistics" : "templates";
  const find = (q: string) => {
    setQuery(q);
    void navigate({ search: ({ q: _, open: __, ...rest }) => (q === "" ? rest : { ...rest, q }), replace: true });
  };
  const count = view === "templates" ? (templates === undefined ? undefined : t`${plural(templates.length, { one: "# template", other: "# templates" })}`) : statistics === undefined ? undefined : t`${plural(statistics.length, { one: "# statistic", other: "# statistics" })}`;
  return (
    <Page
      title={t`Templates`}
      note={count}
      isScrolling
      tools={
        <>
          <Segmented
            label={t`What to show`}
            value={view}
            choices={[
              { id: "templates", label: t`Templates` },
              { id: "statistics", label: t`Statistics` },
            ]}
            onChange={(next) => {
              setQuery("");
              void navigate({ search: next === "statistics" ? { view: next } : {}, replace: true });
            }}
          />
          <Search label={view === "templates" ? t`Find a template` : t`Find a statistic`} value={query} onChange={find} />
          {isAuthor && view === "templates" && (
            <>
              <Button
                onPress={() => {
                  setImporting(true);
                }}
              >
                <Trans>Import …</Trans>
              </Button>
              <Button look="primary" onPress={() => void navigate({ to: "/templates/new" })}>
                <Trans>New template</Trans>
              </Button>
            </>
          )}
        </>
      }
    >
      <div className={css["area"]}>{view === "templates" ? <TemplateList query={query} isAuthor={isAuthor} /> : <StatisticList query={query} />}</div>
      {isImporting && (
        <ImportWindow
          onClose={() => {
            setImporting(false);
          }}
        />
      )}
    </Page>
  );
}
