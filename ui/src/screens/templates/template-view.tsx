// A template as somebody reads it who may not change it: its columns in words, with live values beside them.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import type { Statistic, Template } from "../../api/types.ts";
import { chosenStats, isFormula, statType } from "../../boards/settings.ts";
import { draftOf } from "../../boards/template-edit.ts";
import { statName } from "../../boards/words.ts";
import { typeWords } from "../../floor/object-types.ts";
import { Page } from "../../parts/page.tsx";
import { Preview } from "../board/editor/preview.tsx";
import { Back } from "./template-page.tsx";
import css from "./templates.module.css";
import { UseList } from "./uses.tsx";

export function TemplateView({ template, library }: { readonly template: Template; readonly library: readonly Statistic[] }) {
  const { widget } = draftOf(template);
  const byName = new Map(library.map((stat) => [stat.name, stat]));
  return (
    <Page title={<Back title={template.title} />}>
      <div className={css["split"]}>
        <div className={css["side"]}>
          <p>{template.description}</p>
          {template.object_types.length > 0 && <p className={css["quiet"]}>{t`For ${template.object_types.map(typeWords).join(", ")}`}</p>}
          <section className={css["part"]} aria-label={t`Columns`}>
            <h2><Trans>Columns</Trans></h2>
            <dl className={css["words"]}>
              {chosenStats(widget).map((stat, ix) => (
                <div key={ix}>
                  <dt>{statName(stat)}</dt>
                  <dd>{isFormula(stat) ? (stat as { readonly formula: string }).formula : byName.get(statType(stat))?.words}</dd>
                </div>
              ))}
            </dl>
          </section>
          <section className={css["part"]} aria-label={t`Where it is used`}>
            <h2><Trans>Where it is used</Trans></h2>
            <UseList of="templates" name={template.name} />
          </section>
        </div>
        <div className={css["preview"]}>
          <Preview draft={widget} />
        </div>
      </div>
    </Page>
  );
}
