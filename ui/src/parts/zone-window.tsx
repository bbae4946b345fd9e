// Choosing a time zone: that of the centre, that of this browser, or any other.
import { Trans } from "@lingui/react/macro";
import { t } from "@lingui/core/macro";
import { useMemo, useState } from "react";
import { allZones, cityOf } from "../floor/zones.ts";
import { Button } from "../kit/button.tsx";
import { Window } from "../kit/dialog.tsx";
import { timeOfDay } from "../kit/format.ts";
import { PickList } from "../kit/pick-list.tsx";
import { useEventSecond } from "../live/hooks.ts";
import { useServerZone } from "./zone.ts";
import css from "./zone-window.module.css";

interface Props {
  readonly title: string;
  readonly words: string;
  readonly value: string | null;
  /** What it means that none is chosen. */
  readonly none: string;
  readonly onChoose: (zone: string | null) => void;
  readonly onClose: () => void;
}

const NONE = "";

export function ZoneWindow({ title, words, value, none, onChoose, onClose }: Props) {
  const server = useServerZone();
  const now = useEventSecond(60);
  const [chosen, choose] = useState(value ?? NONE);
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const items = useMemo(() => {
    const clock = (zone: string) => (now === null ? "" : timeOfDay(now / 1000, zone, false));
    const first = [...new Set([own, server])];
    return [{ id: NONE, label: none, note: "" }, ...[...first, ...allZones().filter((zone) => !first.includes(zone))].map((zone) => ({ id: zone, label: `${cityOf(zone)} (${zone})`, note: clock(zone) }))];
  }, [own, server, now, none]);
  return (
    <Window
      title={title}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button
            look="primary"
            onPress={() => {
              onChoose(chosen === NONE ? null : chosen);
              onClose();
            }}
          >
            <Trans>Choose</Trans>
          </Button>
        </>
      }
    >
      <div className={css["area"]}>
        <p className={css["words"]}>{words}</p>
        <PickList
          label={t`Find a zone`}
          isSingle
          items={items}
          chosen={[chosen]}
          onChange={([id]) => {
            if (id !== undefined) choose(id);
          }}
        />
        <p className={css["words"]}>
          <Trans>Days begin at 00:00 {server}, whatever is chosen: the centre counts by these clocks.</Trans>
        </p>
      </div>
    </Window>
  );
}
