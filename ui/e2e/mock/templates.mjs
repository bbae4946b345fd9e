// Some of the shipped templates, as the server answers them.
const queue = (...statistics) => ({ object_type: "Queue", objects: "*", statistics });

export const templates = [
  {
    name: "Queue_KPIs",
    title: "Queue KPIs",
    description: "What came into a queue, how it was served, and how it stands now.",
    object_types: ["Queue"],
    pending: [],
    widget: { kind: "grid", title: "Queue KPIs", w: 12, h: 10, query: queue("Current_In_Queue", "CurrMaxCallWaitingTime", "ServiceFactor", "Calls_Entered", "Calls_Answered", "Abandoned_Percentage"), options: { thresholds: { CurrMaxCallWaitingTime: { warn: 30, breach: 60, when: "above" } } } },
  },
  { name: "Agent_KPIs", title: "Agent KPIs", description: "What each agent does and did.", object_types: ["Agent"], pending: [], widget: { kind: "grid", title: "Agent KPIs", w: 12, h: 10, query: { object_type: "Agent", objects: "*", statistics: ["Current_Status_Reasons", "Calls_Handled", "Average_Handle_Time", "Occupancy"] }, options: {} } },
  { name: "Campaign_Activity", title: "Campaign Activity", description: "How a campaign goes.", object_types: ["Campaign"], pending: ["Camp_Dials"], widget: { kind: "grid", title: "Campaign Activity", w: 12, h: 8, query: { object_type: "Campaign", objects: "*", statistics: [] }, options: {} } },
  { name: "Static_Text", title: "Static Text", description: "A text for everybody, at rest or as a ticker.", object_types: [], pending: [], widget: { kind: "text", title: "Static Text", w: 6, h: 2, options: { text: "", ticker: false } } },
  { name: "IFRAME", title: "IFRAME", description: "A page from elsewhere, of an address that the administrator allows.", object_types: [], pending: [], widget: { kind: "iframe", title: "IFRAME", w: 6, h: 6, options: { url: "" } } },
  { name: "Alert_Widget", title: "Alert Widget", description: "Alerts that widgets of chosen boards raise.", object_types: [], pending: [], widget: { kind: "alerts", title: "Alert Widget", w: 6, h: 6, options: { boards: "*" } } },
];
