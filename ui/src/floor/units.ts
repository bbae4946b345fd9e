// What statistics are counted in, in words: those of one title are told apart by it.
import { t } from "@lingui/core/macro";
import type { Unit } from "../live/frame.ts";

const UNITS: Readonly<Record<Unit, string>> = { count: t`number`, seconds: t`time`, percent: "%", status: t`state`, number: t`number` };

export const unitWords = (unit: Unit): string => UNITS[unit];
