// A small made-up contact centre for tests of the pages: seeded, stepped once a second, with the statistics of the library.
const NAMES = ["Amara Okafor","Bruno Keller","Chiara Conti","Daniel Novak","Elif Yılmaz","Farah Haddad","Grace Mensah","Hugo Marchand","Ines Duarte","Jonas Weber","Katya Orlova","Liam Byrne","Mei Tanaka","Nadia Rahman","Oskar Lind","Priya Nair","Quentin Moreau","Rosa Jiménez","Samuel Adeyemi","Tara Singh","Umar Siddiqui","Vera Kovač","Wen Li","Ximena Rojas","Yusuf Demir","Zofia Nowak","Anders Berg","Bella Rossi","Carlos Vega","Dina Salem","Erik Holm","Fiona Walsh","Goran Petrov","Hana Suzuki","Ivan Horvat","Julia Brandt","Kofi Asante","Lena Fischer","Marek Dvořák","Nora Lindqvist","Omar Farouk","Paula Santos","Ravi Menon","Sofia Greco","Tomás Silva","Ulla Jensen","Viktor Szabó","Wanda Malik","Yara Costa","Zain Abbasi","Alice Martin","Ben Carter","Clara Hoffmann","David Kim","Emma Larsen","Felix Braun"];
const QUEUES = [["Sales EN",5,1],["Sales DE",3,1],["Sales FR",2,1],["Orders",6,2],["Returns",3,2],["Billing",7,3],["Payments",4,3],["Claims",3,3],["Technical support",8,4],["Network outage line",3,4],["Activation",2,4],["Priority customers",4,5],["Business accounts",3,5],["Partner desk",1,5],["Cancellations",3,6],["Appointments",2,6],["Complaints",2,6],["Switchboard",5,6]];
const GROUPS = ["Sales","Orders & returns","Billing","Technical","Key accounts","Front desk"];
const BREAKS = ["Lunch","Break","Training","Team meeting","Back office"];

export const STATISTICS = [
  ["Current_In_Queue","Calls waiting","count","Queue","Calls that wait in the queue at this moment."],
  ["CurrMaxCallWaitingTime","Longest waiting call","seconds","Queue","How long the call that waits longest has waited until now."],
  ["ServiceFactor","Service level in 20 s","percent","Queue","Calls answered within 20 s, of all answered and abandoned calls; those abandoned within 5 s are left out."],
  ["Queue_Agents_Ready","Agents ready","count","Queue","Agents of the queue who could take a call now."],
  ["Queue_Agents_Logged","Agents logged in","count","Queue","Agents of the queue who are logged in now."],
  ["Calls_Entered","Calls entered","count","Queue","Calls that entered the queue since the day began."],
  ["Calls_Answered","Calls answered","count","Queue","Calls of the queue that an agent answered since the day began."],
  ["Abandoned_Percentage","Abandoned","percent","Queue","Callers who hung up before an agent answered, of all calls that entered."],
  ["Average_Wait_Time","Average wait","seconds","Queue","Mean time from entering the queue to the answer."],
  ["Answered_In_Threshold","Answered in 20 s","count","Queue","Calls answered within 20 s."],
  ["Calls_Abandoned_Total","Abandoned","count","Queue","Callers who hung up in the queue or while a phone rang."],
  ["Calls_Abandoned_Short","Abandoned within 5 s","count","Queue","Callers who hung up within 5 s."],
  ["Current_Status_Reasons","State","status","Agent","What the agent is doing now, since when, and why."],
  ["Calls_Handled","Calls handled","count","Agent","Calls that the agent finished since the day began."],
  ["Total_Talk_Time","Talk time","seconds","Agent","Time in talk since the day began."],
  ["Average_Handle_Time","Mean handling time","seconds","Agent","Talk, hold and after-call work for each handled call."],
  ["Total_Not_Ready_Time","Time not ready","seconds","Agent","Time not ready since the day began."],
  ["Occupancy","Occupancy","percent","Agent","Share of the logged-in time spent on calls and after-call work."],
  ["Calls_Missed","Calls missed","count","Agent","Calls that rang and were not answered."],
].map(([name,title,unit,type,words]) => ({ name, title, words, unit, category: "", object_types: [type] }));

export function chance(seed) {
  let s = seed >>> 0;
  return () => { s = (s + 0x6d2b79f5) >>> 0; let t = Math.imul(s ^ (s >>> 15), 1 | s); t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t; return ((t ^ (t >>> 14)) >>> 0) / 4294967296; };
}

const status = (a, name, now, reasons = {}) => { a.status = name; a.since = now; a.reasons = reasons; };

/** `agents`: how many; `trouble`: the queue that is short of people. */
export function makeCentre({ seed = 7, agents = 56, startSec, warmSec = 5 * 3600, trouble = "Network outage line" }) {
  const rnd = chance(seed);
  const exp = (mean) => -Math.log(1 - rnd()) * mean;
  const queues = QUEUES.map(([name, weight, group], ix) => ({ id: String(8001 + ix), name, weight, group, waiting: [], entered: 0, answered: 0, inTime: 0, abandoned: 0, short: 0, waited: 0 }));
  const people = Array.from({ length: agents }, (_, ix) => {
    const group = (ix % GROUPS.length) + 1;
    return { id: String(1001 + ix), name: NAMES[ix % NAMES.length] + (ix >= NAMES.length ? ` ${Math.floor(ix / NAMES.length) + 1}` : ""), group, groups: [GROUPS[group - 1]], status: "WaitForNextCall", since: startSec - warmSec, reasons: {}, until: 0, handled: 0, talk: 0, hold: 0, acw: 0, notReady: 0, busy: 0, missed: 0, login: 1 };
  });
  let now = startSec - warmSec;
  const weightAll = queues.reduce((n, q) => n + q.weight, 0);

  function arrive() {
    const rate = (agents / 56) * 0.117;
    for (const q of queues) {
      const hot = q.name === trouble && now > startSec - 300 ? 9 : 1;
      if (rnd() < rate * (q.weight / weightAll) * hot) { q.entered += 1; q.waiting.push({ at: now, patience: 12 + exp(190), serial: q.entered }); }
    }
  }
  function giveUp() {
    for (const q of queues) q.waiting = q.waiting.filter((c) => {
      const waited = now - c.at;
      if (waited < c.patience) return true;
      q.abandoned += 1; if (waited <= 5) q.short += 1;
      return false;
    });
  }
  function answer(a) {
    const mine = queues.filter((q) => q.waiting.length > 0 && (q.group === a.group || (rnd() < 0.25 && q.name !== trouble)));
    mine.sort((x, y) => x.waiting[0].at - y.waiting[0].at);
    const q = mine[0];
    if (!q) return;
    const call = q.waiting.shift();
    const waited = now - call.at;
    q.answered += 1; q.waited += waited; if (waited <= 20) q.inTime += 1;
    status(a, "CallRinging", now); a.until = now + 2 + Math.floor(rnd() * 7);
  }
  function live(a) {
    if (a.status === "CallInbound" || a.status === "CallOutbound" || a.status === "CallConsult") a.talk += 1;
    if (a.status === "AfterCallWork") a.acw += 1;
    if (a.status === "NotReadyForNextCall") a.notReady += 1;
    if (a.status === "CallOnHold") a.hold += 1;
    if (a.status !== "LoggedOut") { a.login += 1; if (!["WaitForNextCall", "NotReadyForNextCall"].includes(a.status)) a.busy += 1; }
    if (a.status === "WaitForNextCall") { answer(a); if (a.status === "WaitForNextCall" && rnd() < 0.0006) { status(a, "NotReadyForNextCall", now, { ReasonCode: BREAKS[Math.floor(rnd() * BREAKS.length)] }); a.until = now + 180 + exp(500); } return; }
    if (now < a.until) return;
    next(a);
  }
  function next(a) {
    switch (a.status) {
      case "CallRinging": if (rnd() < 0.03) { a.missed += 1; status(a, "WaitForNextCall", now); } else { status(a, "CallInbound", now); a.until = now + 40 + exp(230); } break;
      case "CallInbound": { const r = rnd(); if (r < 0.12) { status(a, "CallOnHold", now); a.until = now + 10 + exp(45); } else if (r < 0.17) { status(a, "CallConsult", now); a.until = now + 15 + exp(40); } else { a.handled += 1; status(a, "AfterCallWork", now); a.until = now + 8 + exp(45); } break; }
      case "CallOnHold": case "CallConsult": status(a, "CallInbound", now); a.until = now + 20 + exp(90); break;
      case "CallOutbound": a.handled += 1; status(a, "AfterCallWork", now); a.until = now + 10; break;
      case "AfterCallWork": { const r = rnd(); if (r < 0.1) { status(a, "NotReadyForNextCall", now, { ReasonCode: BREAKS[Math.floor(rnd() * BREAKS.length)] }); a.until = now + 120 + exp(480); } else if (r < 0.13) { status(a, "CallOutbound", now); a.until = now + 30 + exp(120); } else if (r < 0.134) { status(a, "LoggedOut", now); a.until = now + 1200 + exp(2000); } else status(a, "WaitForNextCall", now); break; }
      default: status(a, "WaitForNextCall", now); a.until = 0;
    }
  }
  function step() { now += 1; arrive(); giveUp(); people.forEach(live); }
  for (let i = 0; i < warmSec; i++) step();
  // Something for the eye in every run: one long break, one long wrap-up.
  if (people[9]) { status(people[9], "NotReadyForNextCall", now - 44 * 60, { ReasonCode: "Lunch" }); people[9].until = now + 9e9; }
  if (people[21]) { status(people[21], "AfterCallWork", now - 432); people[21].until = now + 9e9; }

  const queueValue = (q, stat) => {
    const mine = people.filter((a) => a.group === q.group && a.status !== "LoggedOut");
    switch (stat) {
      case "Current_In_Queue": return q.waiting.length;
      case "CurrMaxCallWaitingTime": return q.waiting.length ? now - q.waiting[0].at : 0;
      case "ServiceFactor": { const n = q.answered + q.abandoned - q.short; return n ? (100 * q.inTime) / n : ["empty", 0]; }
      case "Queue_Agents_Ready": return mine.filter((a) => a.status === "WaitForNextCall").length;
      case "Queue_Agents_Logged": return mine.length;
      case "Calls_Entered": return q.entered;
      case "Calls_Answered": return q.answered;
      case "Abandoned_Percentage": return q.entered ? (100 * q.abandoned) / q.entered : ["empty", 0];
      case "Average_Wait_Time": return q.answered ? q.waited / q.answered : ["empty", 0];
      case "Answered_In_Threshold": return q.inTime;
      case "Calls_Abandoned_Total": return q.abandoned;
      case "Calls_Abandoned_Short": return q.short;
      default: return null;
    }
  };
  const agentValue = (a, stat) => {
    switch (stat) {
      case "Current_Status_Reasons": case "Current_Status": return { status: a.status, since: a.since * 1e6, reasons: a.reasons };
      case "Calls_Handled": return a.handled;
      case "Total_Talk_Time": return a.talk;
      case "Average_Handle_Time": return a.handled ? (a.talk + a.hold + a.acw) / a.handled : ["empty", 0];
      case "Total_Not_Ready_Time": return a.notReady;
      case "Occupancy": return (100 * a.busy) / a.login;
      case "Calls_Missed": return a.missed;
      default: return null;
    }
  };
  return {
    step,
    get now() { return now; },
    objects: (type) => (type === "Queue" ? queues.map((q) => ({ object: q.id, name: q.name, groups: [] })) : people.map((a) => ({ object: a.id, name: a.name, groups: a.groups }))),
    waiting: (ix) => queues[ix].waiting,
    value: (type, ix, stat) => (type === "Queue" ? queueValue(queues[ix], stat) : agentValue(people[ix], stat)),
  };
}
