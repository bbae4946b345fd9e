// Follows the watches of this browser on every page, tells once, and lists what is still waited for.
import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";
import { figure } from "../floor/present.ts";
import { isMet, type Watch } from "../floor/watches.ts";
import { Button } from "../kit/button.tsx";
import { Window } from "../kit/dialog.tsx";
import { IconButton } from "../kit/icon-button.tsx";
import type { Demand, Unit } from "../live/frame.ts";
import { useDemand, useFigures, useFreshness } from "../live/hooks.ts";
import { dismiss, endWatch, meet, useMet, useWatches, type Met } from "./kept.ts";
import { chime, notify } from "./tell.ts";
import css from "./watches.module.css";

const shown = (value: number, unit: string): string => `${figure(value, unit as Unit)}${unit === "percent" ? "\u202f%" : ""}`;
const question = ({ title, name, when, limit, unit }: Watch): string => (when === "above" ? t`${title}, ${name}: over ${shown(limit, unit)}` : t`${title}, ${name}: under ${shown(limit, unit)}`);

export function Watcher() {
  const watches = useWatches();
  const met = useMet();
  return (
    <>
      {watches.map((watch) => (
        <Follow key={watch.id} watch={watch} />
      ))}
      <div className={css["told"]} role="alert">
        {met.map((each) => (
          <Told key={each.watch.id} met={each} />
        ))}
      </div>
    </>
  );
}

/** Draws nothing. What stands still is not believed. */
function Follow({ watch }: { readonly watch: Watch }) {
  const of = useDemand(useMemo((): Demand => ({ query: { object_type: watch.objectType, objects: [watch.object], statistics: [watch.statistic] } }), [watch]));
  const { rows } = useFigures(of);
  const isFresh = useFreshness() === "fresh";
  const cell = [...rows.values()].find(({ object }) => object === watch.object)?.cells[0];
  const value = typeof cell?.v === "number" && !cell.flags.includes("empty") && !cell.flags.includes("stale") ? cell.v : null;
  useEffect(() => {
    if (value === null || !isFresh || !isMet(watch, value)) return;
    meet(watch, value);
    chime();
    notify(question(watch), shown(value, watch.unit));
  }, [watch, value, isFresh]);
  return null;
}

function Told({ met: { watch, value } }: { readonly met: Met }) {
  return (
    <div className={css["toast"]}>
      <p>
        <strong>{question(watch)}</strong> <Trans>It is {shown(value, watch.unit)} now.</Trans>
      </p>
      {watch.objectType === "Queue" && (
        <Link to="/queues/$queue" params={{ queue: watch.object }}>
          <Trans>Go there</Trans>
        </Link>
      )}
      {watch.objectType === "Agent" && (
        <Link to="/agents/$agent" params={{ agent: watch.object }}>
          <Trans>Go there</Trans>
        </Link>
      )}
      <IconButton
        small
        icon="close"
        label={t`Close`}
        onPress={() => {
          dismiss(watch.id);
        }}
      />
    </div>
  );
}

/** Stands in the bar while something is waited for. */
export function WatchList() {
  const watches = useWatches();
  const [isOpen, setOpen] = useState(false);
  if (watches.length === 0) return null;
  return (
    <>
      <Button
        look="quiet"
        onPress={() => {
          setOpen(true);
        }}
      >
        {t`${plural(watches.length, { one: "# watch", other: "# watches" })}`}
      </Button>
      {isOpen && (
        <Window
          title={t`What you wait for`}
          isOpen
          onClose={() => {
            setOpen(false);
          }}
        >
          <ul className={css["list"]}>
            {watches.map((watch) => (
              <li key={watch.id} className={css["item"]}>
                <span>{question(watch)}</span>
                <Button
                  onPress={() => {
                    endWatch(watch.id);
                  }}
                >
                  <Trans>Remove</Trans>
                </Button>
              </li>
            ))}
          </ul>
        </Window>
      )}
    </>
  );
}
