// The library of statistics: each in words, of which objects it is, and where it is used.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { statisticsQuery } from "../../api/queries.ts";
import type { Statistic } from "../../api/types.ts";
import { typeWords } from "../../floor/object-types.ts";
import { unitWords } from "../../floor/units.ts";
import { Button } from "../../kit/button.tsx";
import { Notice } from "../../kit/notice.tsx";
import { Failed } from "../../parts/failed.tsx";
import { GridBones } from "../../parts/live-state.tsx";
import css from "./templates.module.css";
import { UsesWindow } from "./uses.tsx";

export function StatisticList({ query }: { readonly query: string }) {
  const statistics = useQuery(statisticsQuery);
  const [asked, ask] = useState<Statistic | null>(null);
  if (statistics.isPending) return <GridBones columns={2} rows={8} />;
  if (statistics.isError) return <Failed error={statistics.error} onRetry={() => void statistics.refetch()} />;
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found = statistics.data.filter((stat) => {
    const text = `${stat.title} ${stat.words} ${stat.name} ${stat.object_types.map(typeWords).join(" ")}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  if (found.length === 0) return <Notice title={t`No statistics match`}><Trans>Fewer words may find them.</Trans></Notice>;
  return (
    <>
      <ul className={css["list"]} aria-label={t`Statistics`}>
        {found.map((stat) => (
          <li key={stat.name} className={css["item"]}>
            <div className={css["what"]}>
              <p className={css["title"]}>
                {stat.title}
                <span className={css["tag"]}>{unitWords(stat.unit)}</span>
              </p>
              <p className={css["quiet"]}>{stat.words}</p>
            </div>
            <div className={css["has"]}>
              <p>{stat.object_types.map(typeWords).join(", ")}</p>
              <p className={css["quiet"]}>{[stat.name, stat.category].filter(Boolean).join(", ")}</p>
            </div>
            <span />
            <Button
              look="quiet"
              aria-label={t`Where ${stat.title} is used`}
              onPress={() => {
                ask(stat);
              }}
            >
              <Trans>Used where?</Trans>
            </Button>
          </li>
        ))}
      </ul>
      {asked !== null && (
        <UsesWindow
          of="statistics"
          name={asked.name}
          title={asked.title}
          onClose={() => {
            ask(null);
          }}
        />
      )}
    </>
  );
}
