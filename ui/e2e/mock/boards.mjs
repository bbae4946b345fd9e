// The boards that the stand-in server knows.
const queue = (objects, ...statistics) => ({ object_type: "Queue", objects, statistics });
const agents = (...statistics) => ({ object_type: "Agent", objects: "*", statistics });
const at = (id, kind, title, x, y, w, h, query, options = {}) => ({ id, kind, title, x, y, w, h, query, options });

export const boards = [
  {
    id: "service-today",
    title: "Service today",
    revision: 4,
    widgets: [
      at("waiting", "kpi", "Waiting", 0, 0, 3, 3, queue("*", "Current_In_Queue")),
      at("longest", "kpi", "Longest wait", 3, 0, 3, 3, queue("*", "CurrMaxCallWaitingTime")),
      at("level", "kpi", "Service level, key accounts", 6, 0, 3, 3, queue(["8012"], "ServiceFactor")),
      at("abandoned", "kpi", "Abandoned, billing", 9, 0, 3, 3, queue(["8006"], "Abandoned_Percentage")),
      at("trend", "line", "Service level", 0, 3, 8, 6, queue(["8001", "8006", "8009"], "ServiceFactor")),
      at("states", "donut", "Agents by state", 8, 3, 4, 6, agents("Current_Status_Reasons")),
      at("queues", "grid", "Queues", 0, 9, 8, 8, queue("*", "Current_In_Queue", "CurrMaxCallWaitingTime", "ServiceFactor", "Calls_Answered", "Abandoned_Percentage")),
      at("team", "grid", "Agents", 8, 9, 4, 8, agents("Current_Status_Reasons", "Calls_Handled")),
    ],
  },
  { id: "billing", title: "Billing team", revision: 1, widgets: [at("w", "kpi", "Waiting", 0, 0, 4, 3, queue(["8006"], "Current_In_Queue")), at("v", "donut", "Waiting by queue", 4, 0, 8, 6, queue("*", "Current_In_Queue"))] },
];
