// An address that leads nowhere.
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { Notice } from "../kit/notice.tsx";

export function NotFound() {
  return (
    <Notice title={t`There is no such page`} action={<Link to="/"><Trans>Go to the overview</Trans></Link>}>
      <Trans>The address may be old, or mistyped.</Trans>
    </Notice>
  );
}
