// Types of objects in the floor's words.
import { plural, t } from "@lingui/core/macro";

/** "3 queues". */
const NUMBERS: Readonly<Record<string, (n: number) => string>> = {
  Queue: (n) => plural(n, { one: "# queue", other: "# queues" }),
  Agent: (n) => plural(n, { one: "# agent", other: "# agents" }),
  GroupQueues: (n) => plural(n, { one: "# group of queues", other: "# groups of queues" }),
  GroupAgents: (n) => plural(n, { one: "# group of agents", other: "# groups of agents" }),
  GroupPlaces: (n) => plural(n, { one: "# group of places", other: "# groups of places" }),
  RoutePoint: (n) => plural(n, { one: "# route point", other: "# route points" }),
  RegDN: (n) => plural(n, { one: "# phone", other: "# phones" }),
  Place: (n) => plural(n, { one: "# place", other: "# places" }),
  StagingArea: (n) => plural(n, { one: "# staging area", other: "# staging areas" }),
};

export const numberOf = (type: string, n: number): string => NUMBERS[type]?.(n) ?? plural(n, { one: "# object", other: "# objects" });

const MANY: Readonly<Record<string, string>> = {
  Queue: t`Queues`,
  Agent: t`Agents`,
  GroupQueues: t`Groups of queues`,
  GroupAgents: t`Groups of agents`,
  GroupPlaces: t`Groups of places`,
  RoutePoint: t`Route points`,
  RegDN: t`Phones`,
  Place: t`Places`,
  StagingArea: t`Staging areas`,
};

const ONE: Readonly<Record<string, string>> = {
  Queue: t`Queue`,
  Agent: t`Agent`,
  GroupQueues: t`Group of queues`,
  GroupAgents: t`Group of agents`,
  GroupPlaces: t`Group of places`,
  RoutePoint: t`Route point`,
  RegDN: t`Phone`,
  Place: t`Place`,
  StagingArea: t`Staging area`,
};

/** Those that have words here. */
export const OBJECT_TYPES: readonly string[] = Object.keys(ONE);

const plain = (type: string): string => type.replace(/([a-z])([A-Z])/g, "$1 $2");

/** "Queues"; of types that are not known here, the name made readable. */
export const typeWords = (type: string): string => MANY[type] ?? plain(type);

/** "Queue", as the title of a column of names. */
export const typeWord = (type: string): string => ONE[type] ?? plain(type);
