//! An invented floor: calls come, wait, are answered or given up; agents ring, talk, wrap up and take breaks.

use model::time::{Micros, seconds_between};
use model::{Object, ObjectType, Text};
use ports::demand::Wanted;
use ports::values::{Content, Missing, ObjectInfo, State};
use std::collections::{BTreeMap, VecDeque};

const QUEUES: [&str; 8] =
    ["Sales", "Support", "Billing", "Orders", "Returns", "Premium", "Español", "Callback"];
const FIRST: [&str; 10] = ["Ana", "Ben", "Chloé", "David", "Elif", "Farid", "Greta", "Hugo", "Inés", "Jan"];
const LAST: [&str; 4] = ["Moreno", "Keller", "Okafor", "Silva"];
const REASONS: [&str; 4] = ["Lunch", "Break", "Training", "Back office"];

struct Queue {
    waiting: VecDeque<Micros>,
    entered: f64,
    answered: f64,
    in_time: f64,
    abandoned: f64,
    wait_sum: f64,
    wait_max: f64,
}

struct Agent {
    status: &'static str,
    since: Micros,
    until: Micros,
    reason: Option<&'static str>,
    handled: f64,
    missed: f64,
    seconds: BTreeMap<&'static str, f64>,
}

pub(crate) struct Floor {
    queues: Vec<Queue>,
    agents: Vec<Agent>,
    chance: u64,
    now: Micros,
}

fn queue(n: usize) -> Object {
    Object::new(ObjectType::Queue, format!("900{}@sw1", n + 1))
}

fn agent(n: usize) -> Object {
    Object::new(ObjectType::Agent, format!("A{:03}", n + 1))
}

fn group(n: usize) -> &'static str {
    ["Morning", "Late"][n % 2]
}

impl Floor {
    pub(crate) fn new(now: Micros) -> Self {
        let queue = |_| Queue {
            waiting: VecDeque::new(),
            entered: 0.0,
            answered: 0.0,
            in_time: 0.0,
            abandoned: 0.0,
            wait_sum: 0.0,
            wait_max: 0.0,
        };
        let agent = |_| Agent {
            status: "WaitForNextCall",
            since: now,
            until: now,
            reason: None,
            handled: 0.0,
            missed: 0.0,
            seconds: BTreeMap::new(),
        };
        let (queues, agents) = ((0..8).map(queue).collect(), (0..40).map(agent).collect());
        Self { queues, agents, chance: 0x9e37_79b9_7f4a_7c15, now }
    }

    fn chance(&mut self) -> f64 {
        self.chance ^= self.chance << 13;
        self.chance ^= self.chance >> 7;
        self.chance ^= self.chance << 17;
        (self.chance >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn span(&mut self, mean_s: f64) -> Micros {
        Micros((-(1.0 - self.chance()).ln() * mean_s * 1e6) as i64 + 1_000_000)
    }

    pub(crate) fn step(&mut self, now: Micros) {
        let passed = (now - self.now).0 as f64 / 1e6;
        self.now = now;
        for n in 0..self.queues.len() {
            let rate = 0.03 + 0.02 * n as f64;
            if self.chance() < rate * passed {
                self.queues[n].entered += 1.0;
                self.queues[n].waiting.push_back(now);
            }
            let gives_up =
                self.queues[n].waiting.front().is_some_and(|since| now - *since > Micros::from_secs(20));
            if gives_up && self.chance() < 0.02 * passed {
                self.queues[n].waiting.pop_front();
                self.queues[n].abandoned += 1.0;
            }
        }
        for n in 0..self.agents.len() {
            let status = self.agents[n].status;
            *self.agents[n].seconds.entry(status).or_default() += passed;
            if now >= self.agents[n].until {
                self.turn(n, now);
            }
        }
    }

    /// What an agent does next.
    fn turn(&mut self, n: usize, now: Micros) {
        let (dice, span) = (self.chance(), self.span(60.0));
        let next = match self.agents[n].status {
            "WaitForNextCall" if dice < 0.002 => ("NotReadyForNextCall", span + span),
            "WaitForNextCall" if dice < 0.003 => ("LoggedOut", span),
            "WaitForNextCall" => match (0..self.queues.len())
                .find(|q| self.queues[*q].waiting.len() > usize::from(dice < 0.5))
            {
                Some(found) => {
                    let since = self.queues[found].waiting.pop_front().unwrap_or(now);
                    self.answer(found, (now - since).0 as f64 / 1e6);
                    ("CallRinging", Micros::from_secs(3))
                }
                None => return,
            },
            "CallRinging" => ("CallInbound", span + Micros::from_secs(30)),
            "CallInbound" if dice < 0.15 => ("CallOnHold", Micros::from_secs(15)),
            "CallOnHold" => ("CallInbound", span),
            "CallInbound" => {
                self.agents[n].handled += 1.0;
                ("AfterCallWork", Micros::from_secs(20))
            }
            _ => ("WaitForNextCall", Micros::ZERO),
        };
        let reason = (next.0 == "NotReadyForNextCall").then(|| REASONS[n % REASONS.len()]);
        let agent = &mut self.agents[n];
        (agent.status, agent.since, agent.until, agent.reason) = (next.0, now, now + next.1, reason);
    }

    fn answer(&mut self, n: usize, wait: f64) {
        let queue = &mut self.queues[n];
        queue.answered += 1.0;
        queue.in_time += if wait <= 20.0 { 1.0 } else { 0.0 };
        queue.wait_sum += wait;
        queue.wait_max = queue.wait_max.max(wait);
    }

    pub(crate) fn objects(&self, kind: ObjectType) -> Vec<Object> {
        match kind {
            ObjectType::Queue => (0..self.queues.len()).map(queue).collect(),
            ObjectType::Agent => (0..self.agents.len()).map(agent).collect(),
            ObjectType::GroupAgents => (0..2).map(|n| Object::new(kind, group(n))).collect(),
            _ => Vec::new(),
        }
    }

    pub(crate) fn infos(&self) -> Vec<ObjectInfo> {
        let name = |n: usize| {
            Text::from(format!("{} {}", FIRST[n % FIRST.len()], LAST[n / FIRST.len() % LAST.len()]))
        };
        let queues = (0..8).map(|n| ObjectInfo {
            object: queue(n),
            name: QUEUES[n].into(),
            groups: vec!["All queues".into()],
        });
        let agents =
            (0..40).map(|n| ObjectInfo { object: agent(n), name: name(n), groups: vec![group(n).into()] });
        let group = |n| ObjectInfo {
            object: Object::new(ObjectType::GroupAgents, group(n)),
            name: group(n).into(),
            groups: vec![],
        };
        queues.chain(agents).chain((0..2).map(group)).collect()
    }

    pub(crate) fn value(&self, wanted: &Wanted, object: &Object, at: Micros) -> Content {
        let number = match object.kind {
            ObjectType::Queue => self.of_queue(wanted, object, at),
            ObjectType::Agent => return self.of_agent(wanted, object),
            ObjectType::GroupAgents => self.of_group(wanted, object),
            _ => None,
        };
        number.map_or(Content::Missing(Missing::NoData), |number| {
            Content::Number((number * 10.0).round() / 10.0)
        })
    }

    fn of_queue(&self, wanted: &Wanted, object: &Object, at: Micros) -> Option<f64> {
        let queue = self.queues.get((0..self.queues.len()).find(|n| queue(*n) == *object)?)?;
        let share = |part: f64, whole: f64| if whole > 0.0 { 100.0 * part / whole } else { 0.0 };
        let oldest = queue.waiting.front().map_or(0, |since| seconds_between(*since, at)) as f64;
        let ready = self.agents.iter().filter(|agent| agent.status == "WaitForNextCall").count() as f64;
        let logged = self.agents.iter().filter(|agent| agent.status != "LoggedOut").count() as f64;
        let done = queue.answered + queue.abandoned;
        Some(match wanted.stat_type.as_str() {
            "Current_In_Queue" | "CurrNumberWaitingCalls" => queue.waiting.len() as f64,
            "CurrMaxCallWaitingTime" => oldest,
            "CurrAverageCallWaitingTime" => (oldest / 2.0).floor(),
            "Calls_Entered" => queue.entered,
            "Calls_Answered" | "Calls_Distributed" => queue.answered,
            "Calls_Abandoned" | "Calls_Abandoned_Total" => queue.abandoned,
            "Answered_In_Threshold" => queue.in_time,
            "Abandoned_Percentage" => share(queue.abandoned, queue.entered),
            "Answered_Percentage" => share(queue.answered, queue.entered),
            "ServiceFactor" | "Service_Level" => share(queue.in_time, done),
            "Service_Level_Simple" => share(queue.in_time, queue.answered),
            "Average_Wait_Time" | "ASA" => (queue.wait_sum / queue.answered.max(1.0)).round(),
            "Max_Wait_Time" => queue.wait_max.round(),
            "Queue_Agents_Ready" => ready,
            "Queue_Agents_Logged" => logged,
            _ => 0.0,
        })
    }

    fn of_agent(&self, wanted: &Wanted, object: &Object) -> Content {
        let Some(agent) = (0..self.agents.len()).find(|n| agent(*n) == *object).map(|n| &self.agents[n])
        else {
            return Content::Missing(Missing::NoData);
        };
        let seconds = |status: &str| agent.seconds.get(status).copied().unwrap_or(0.0).floor();
        let talk = seconds("CallInbound");
        let all: f64 = agent.seconds.values().sum::<f64>().max(1.0);
        let number = match wanted.stat_type.as_str() {
            "Current_Status" | "Current_Status_Reasons" => {
                let reasons = agent.reason.map(|reason| (Text::from("Reason"), Text::from(reason)));
                return Content::State(State {
                    status: agent.status.into(),
                    since: agent.since,
                    reasons: reasons.into_iter().collect(),
                    members: BTreeMap::new(),
                });
            }
            "Calls_Handled" | "Calls_Inbound" | "Calls_Answered_Agent" => agent.handled,
            "Calls_Missed" => agent.missed,
            "Total_Talk_Time" | "Total_Talk_Time_Inbound" => talk,
            "Total_Ready_Time" | "Total_Wait_Time" => seconds("WaitForNextCall"),
            "Total_Not_Ready_Time" => seconds("NotReadyForNextCall"),
            "Total_Work_Time" => seconds("AfterCallWork"),
            "Total_Hold_Time" => seconds("CallOnHold"),
            "Total_Login_Time" => (all - seconds("LoggedOut")).floor(),
            "Average_Talk_Time" if agent.handled > 0.0 => (talk / agent.handled).round(),
            "Average_Handle_Time" if agent.handled > 0.0 => {
                ((talk + seconds("AfterCallWork")) / agent.handled).round()
            }
            "Occupancy" | "Utilization" => {
                (100.0 * (talk + seconds("AfterCallWork")) / all * 10.0).round() / 10.0
            }
            _ => 0.0,
        };
        Content::Number(number)
    }

    fn of_group(&self, wanted: &Wanted, object: &Object) -> Option<f64> {
        let agents =
            self.agents.iter().enumerate().filter(|(n, _)| group(*n) == object.id).map(|(_, agent)| agent);
        let count = |wanted: fn(&str) -> bool| agents.filter(|agent| wanted(agent.status)).count() as f64;
        Some(match wanted.stat_type.as_str() {
            "Current_Logged_In" => count(|status| status != "LoggedOut"),
            "Current_Ready" => count(|status| status == "WaitForNextCall"),
            "Current_Not_Ready" => count(|status| status == "NotReadyForNextCall"),
            "Current_In_Call" => count(|status| status == "CallInbound" || status == "CallOnHold"),
            "Current_Ringing" => count(|status| status == "CallRinging"),
            "Current_ACW" => count(|status| status == "AfterCallWork"),
            _ => return None,
        })
    }
}
