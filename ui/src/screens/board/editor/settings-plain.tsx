// The settings of widgets that show no values: a text, a page from elsewhere, alerts.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { boardsQuery, metaQuery } from "../../../api/queries.ts";
import { frameVerdict } from "../../../boards/frames.ts";
import { setOption } from "../../../boards/settings.ts";
import { Segmented } from "../../../kit/controls.tsx";
import { Toggle, Written } from "../../../kit/fields.tsx";
import { PickList } from "../../../kit/pick-list.tsx";
import type { PartProps } from "./settings.tsx";
import css from "./settings.module.css";

export function Plain(props: PartProps) {
  switch (props.widget.kind) {
    case "text":
      return <TextSettings {...props} />;
    case "iframe":
      return <FrameSettings {...props} />;
    case "alerts":
      return <AlertSettings {...props} />;
    default:
      return null;
  }
}

function TextSettings({ widget, set }: PartProps) {
  const text = typeof widget.options?.["text"] === "string" ? widget.options["text"] : "";
  return (
    <section className={css["part"]} aria-label={t`Text`}>
      <Written label={t`Text`} isLong value={text} onChange={(value) => { set(setOption(widget, "text", value)); }} />
      <Segmented label={t`Size of the text`} value={widget.options?.["text_size"] === "large" ? "large" : "normal"} choices={[{ id: "normal", label: t`Normal` }, { id: "large", label: t`Large` }]} onChange={(size) => { set(setOption(widget, "text_size", size === "large" ? size : undefined)); }} />
      <Toggle label={t`Passes by as a ticker`} isOn={widget.options?.["ticker"] === true} onChange={(ticker) => { set(setOption(widget, "ticker", ticker)); }} />
    </section>
  );
}

function FrameSettings({ widget, set }: PartProps) {
  const allowed = useQuery(metaQuery).data?.frames ?? [];
  const url = typeof widget.options?.["url"] === "string" ? widget.options["url"] : "";
  const verdict = url === "" ? null : frameVerdict(url, allowed, window.location.origin);
  return (
    <section className={css["part"]} aria-label={t`Web page`}>
      <Written
        label={t`Address`}
        value={url}
        placeholder="https://"
        error={verdict === null ? null : `${verdict.title}. ${verdict.cure}`}
        help={allowed.length === 0 ? t`No pages are allowed yet: an administrator names them in the settings of the server.` : t`Allowed: ${allowed.join(", ")}`}
        onChange={(value) => { set(setOption(widget, "url", value.trim())); }}
      />
    </section>
  );
}

function AlertSettings({ widget, set }: PartProps) {
  const boards = useQuery(boardsQuery).data ?? [];
  const said = widget.options?.["boards"];
  const how = said === "*" ? "all" : Array.isArray(said) ? "these" : "this";
  return (
    <section className={css["part"]} aria-label={t`Boards that it watches`}>
      <Segmented
        label={t`Watches`}
        value={how}
        choices={[{ id: "this", label: t`This board` }, { id: "these", label: t`Chosen` }, { id: "all", label: t`All boards` }]}
        onChange={(next) => { set({ options: { ...setOption(widget, "boards", undefined).options, ...(next === "this" ? {} : { boards: next === "all" ? "*" : [] }) } }); }}
      />
      {how === "these" && <PickList label={t`Find boards`} items={boards.map(({ id, title }) => ({ id, label: title }))} chosen={Array.isArray(said) ? said.map(String) : []} onChange={(chosen) => { set({ options: { ...widget.options, boards: [...chosen] } }); }} />}
      <p className={css["quiet"]}><Trans>It watches the numbers, gauges, lists and tables of these boards, up to 24 of them.</Trans></p>
    </section>
  );
}
