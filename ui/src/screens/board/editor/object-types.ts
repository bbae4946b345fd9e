// Types of objects in the floor's words.
const WORDS: Readonly<Record<string, readonly [string, string]>> = {
  Queue: ["queue", "Queues"],
  Agent: ["agent", "Agents"],
  GroupQueues: ["group of queues", "Groups of queues"],
  GroupAgents: ["group of agents", "Groups of agents"],
  GroupPlaces: ["group of places", "Groups of places"],
  RoutePoint: ["route point", "Route points"],
  RegDN: ["phone", "Phones"],
  Place: ["place", "Places"],
  StagingArea: ["staging area", "Staging areas"],
};

export function typeWord(type: string, isMany = false): string {
  const known = WORDS[type];
  if (known !== undefined) return isMany ? known[1] : known[0];
  const plain = type.replace(/([a-z])([A-Z])/g, "$1 $2");
  return isMany ? plain : plain.toLowerCase();
}
