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

const all = ["Current_In_Queue", "CurrMaxCallWaitingTime", "ServiceFactor", "Calls_Entered", "Calls_Answered", "Abandoned_Percentage"];
const parts = ["Answered_In_Threshold", "Calls_Abandoned_Total", "Calls_Abandoned_Short"];

/** One of each kind, for reference pictures and for the audit of accessibility. */
boards.push({
  id: "gallery",
  title: "One of each",
  description: "Every kind of widget",
  revision: 1,
  widgets: [
    at("kpi", "kpi", "Longest wait", 0, 0, 2, 4, queue("*", "CurrMaxCallWaitingTime")),
    at("gauge", "gauge", "Service level", 2, 0, 2, 4, queue("*", "ServiceFactor", ...parts, "Calls_Answered"), { support: [...parts, "Calls_Answered"] }),
    at("list", "list", "All queues", 4, 0, 3, 4, queue("*", ...all, ...parts), { support: parts }),
    at("donut", "donut", "Agents by state", 7, 0, 5, 4, agents("Current_Status_Reasons")),
    at("line", "line", "Service level", 0, 4, 6, 5, queue(["8001", "8006", "8009"], "ServiceFactor")),
    at("bar", "bar", "What each group does", 6, 4, 6, 5, agents("Current_Status_Reasons")),
    at("heat", "heat", "Service level by quarter of an hour", 0, 9, 7, 7, queue("*", "ServiceFactor"), { minutes: 180, step: 15, select: { name: "s" } }),
    at("alerts", "alerts", "Beyond their limits", 7, 9, 5, 7),
    at("table", "grid", "Agents by group", 0, 16, 12, 10, agents("Current_Status_Reasons", "Calls_Handled", "Average_Handle_Time", "Occupancy"), { group_by: "group", pinned: ["1003"], sparks: ["Calls_Handled"], formats: [{ statistic: "Current_Status_Reasons", test: "is", value: "Lunch", tone: "mark" }] }),
    at("timeline", "timeline", "What agents did", 0, 26, 8, 8, agents("Current_Status_Reasons"), { minutes: 60, select: { groups: ["Billing", "Technical"] } }),
    at("text", "text", "For everybody", 8, 26, 4, 3, undefined, { text: "Network outage in the north since 14:10.\nRepair is expected at 16:00.", text_size: "large" }),
    at("page", "iframe", "Status page", 8, 29, 4, 5, undefined, { url: "https://elsewhere.example.org/" }),
  ].map(({ query, ...widget }) => (query === undefined ? widget : { ...widget, query })),
});
