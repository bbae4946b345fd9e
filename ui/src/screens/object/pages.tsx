// The addresses of one queue and of one agent.
import { getRouteApi } from "@tanstack/react-router";
import { ObjectPage } from "./object-page.tsx";

const queueRoute = getRouteApi("/queues/$queue");
const agentRoute = getRouteApi("/agents/$agent");

export function QueuePage() {
  const { queue } = queueRoute.useParams();
  return <ObjectPage key={queue} type="Queue" object={queue} from={queueRoute.useSearch().from} />;
}

export function AgentPage() {
  const { agent } = agentRoute.useParams();
  return <ObjectPage key={agent} type="Agent" object={agent} from={agentRoute.useSearch().from} />;
}
