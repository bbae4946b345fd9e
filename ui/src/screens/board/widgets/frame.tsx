// A page from elsewhere, in a sandbox, of an address that the administrator allows.
import { t } from "@lingui/core/macro";
import { useQuery } from "@tanstack/react-query";
import { metaQuery } from "../../../api/queries.ts";
import type { Widget } from "../../../api/types.ts";
import { frameVerdict } from "../../../boards/frames.ts";
import { Notice } from "../../../kit/notice.tsx";
import css from "./frame.module.css";

export function FrameWidget({ widget }: { readonly widget: Widget }) {
  const allowed = useQuery(metaQuery).data?.frames ?? [];
  const url = typeof widget.options?.["url"] === "string" ? widget.options["url"] : "";
  const verdict = frameVerdict(url, allowed, window.location.origin);
  if (verdict !== null) {
    return (
      <Notice title={verdict.title}>
        <p>{verdict.cure}</p>
      </Notice>
    );
  }
  return <iframe className={css["frame"]} src={url} title={widget.title === "" ? t`Web page` : widget.title} sandbox="allow-scripts allow-same-origin allow-forms" referrerPolicy="no-referrer" loading="lazy" />;
}
