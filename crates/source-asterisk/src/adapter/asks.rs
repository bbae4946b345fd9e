//! Questions to the PBX: one after the other, each with a deadline; pings.

use super::{Adapter, Phase};
use crate::mapping::Lists;
use crate::message::Message;
use crate::steps::Down;
use crate::timers::Timer;
use model::time::Micros;

/// A question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ask {
    CoreSettings,
    CoreStatus,
    QueueStatus,
    CoreShowChannels,
    DeviceStateList,
}

/// A question whose answer is awaited.
#[derive(Debug)]
pub(super) struct Asked {
    action: u64,
    ask: Ask,
    items: Vec<Message>,
}

/// What the questions are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Round {
    Snapshot,
    Reconcile,
}

/// Most items of one list; more are dropped (the list then counts as refused).
const MOST_ITEMS: usize = 1_000_000;

impl Adapter {
    pub(super) fn begin_round(&mut self, round: Round, now: Micros) {
        self.round = round;
        self.round_began = now;
        self.lists = Lists::default();
        self.asked.clear();
        self.to_ask = match round {
            Round::Snapshot => [
                Ask::CoreSettings,
                Ask::CoreStatus,
                Ask::QueueStatus,
                Ask::CoreShowChannels,
                Ask::DeviceStateList,
            ]
            .into(),
            Round::Reconcile => [Ask::QueueStatus, Ask::CoreShowChannels].into(),
        };
        self.ask_next(now);
    }

    fn ask_next(&mut self, now: Micros) {
        let Some(ask) = self.to_ask.pop_front() else {
            self.end_round(now);
            return;
        };
        let name = match ask {
            Ask::CoreSettings => "CoreSettings",
            Ask::CoreStatus => "CoreStatus",
            Ask::QueueStatus => "QueueStatus",
            Ask::CoreShowChannels => "CoreShowChannels",
            Ask::DeviceStateList => "DeviceStateList",
        };
        let action = self.send(name, &[]);
        self.asked.push_back(Asked { action, ask, items: Vec::new() });
        self.phase_serial += 1;
        let limit = self.map.options.timings.answer;
        self.map.timers.set(now + limit, Timer::Phase(self.phase_serial));
    }

    fn end_round(&mut self, now: Micros) {
        self.phase_serial += 1;
        let whole = self.lists.queues.is_some();
        if self.round == Round::Snapshot {
            if !whole {
                self.map.ledger.counters.not_reconciled += 1;
            }
            self.go_live(now);
            return;
        }
        if whole {
            self.map.ledger.counters.reconciled += 1;
        } else {
            self.map.ledger.counters.not_reconciled += 1;
        }
        let lists = std::mem::take(&mut self.lists);
        self.map.compare(&lists, self.round_began, now);
        let next = self.map.options.timings.reconcile;
        self.map.timers.set(now + next, Timer::Reconcile);
    }

    /// The answer to a question did not come in time: it counts as refused.
    pub(super) fn ask_too_long(&mut self, now: Micros) {
        if self.asked.pop_front().is_some() {
            self.ask_next(now);
        }
    }

    pub(super) fn reconcile(&mut self, now: Micros) {
        if self.phase == Phase::Live && self.asked.is_empty() {
            self.begin_round(Round::Reconcile, now);
        }
    }

    pub(super) fn on_response(&mut self, message: Message, received: Micros) {
        let Some(action) = Self::own_action(&message) else { return };
        if matches!(self.phase, Phase::Challenge | Phase::Login) {
            if action == self.action {
                self.on_login_answer(&message, received);
            }
            return;
        }
        if self.pong_due == Some(action) {
            self.pong_due = None;
            return;
        }
        let Some(asked) = self.asked.front().filter(|asked| asked.action == action) else { return };
        let success = message.response() == Some("Success");
        match asked.ask {
            Ask::CoreSettings if success => self.on_settings(&message),
            Ask::CoreStatus if success => {
                let get = |key| message.get(key).map_or("", |v| v.as_str());
                self.live.pbx_start =
                    format!("{} {}", get("CoreStartupDate"), get("CoreStartupTime")).trim().into();
            }
            // A list follows, unless it is announced as complete at once.
            _ if success && message.get("EventList").is_none_or(|l| !l.eq_ignore_ascii_case("Complete")) => {
                return;
            }
            _ if success => {}
            Ask::QueueStatus if self.round == Round::Snapshot && self.map.ledger.is_blank() => {
                self.refused_queues(&message, received);
                return;
            }
            _ => {}
        }
        self.asked.pop_front();
        self.ask_next(received);
    }

    /// Without a list of queues a first start has nothing to go on.
    fn refused_queues(&mut self, message: &Message, received: Micros) {
        let said = message.get("Message").cloned().unwrap_or_default();
        self.down(
            Down::stubborn(
                format!("the PBX refuses QueueStatus: {said}"),
                "load app_queue, and give the manager user write = system,call,agent,reporting",
            ),
            received,
        );
    }

    fn on_settings(&mut self, message: &Message) {
        self.live.version = message.get("AsteriskVersion").cloned().unwrap_or_default();
        let name = message.get("SystemName").filter(|n| !n.is_empty()).cloned();
        if name.is_none() && self.live.advice.is_none() {
            let advice = "the PBX has no systemname: set one in asterisk.conf before a second PBX joins";
            self.live.advice = Some(advice.to_owned());
        }
        self.live.switch = name.unwrap_or_else(|| self.map.options.source.clone());
        self.map.switch = self.live.switch.clone();
    }

    pub(super) fn on_list_item(&mut self, message: Message, received: Micros) {
        let own = Self::own_action(&message);
        let Some(asked) = self.asked.front_mut().filter(|asked| Some(asked.action) == own) else {
            self.map.ledger.counters.unused_messages += 1;
            return;
        };
        let complete = message.get("EventList").is_some_and(|l| l.eq_ignore_ascii_case("Complete"));
        if !complete {
            if asked.items.len() < MOST_ITEMS {
                asked.items.push(message);
            }
            return;
        }
        let Some(asked) = self.asked.pop_front() else { return };
        match asked.ask {
            Ask::QueueStatus => self.lists.queues = Some(asked.items),
            Ask::CoreShowChannels => self.lists.channels = Some(asked.items),
            Ask::DeviceStateList => self.lists.devices = asked.items,
            Ask::CoreSettings | Ask::CoreStatus => {}
        }
        self.ask_next(received);
    }

    pub(super) fn ping(&mut self, now: Micros) {
        if self.phase != Phase::Live {
            return;
        }
        self.send_ping(now);
        let next = self.map.options.timings.ping;
        self.map.timers.set(now + next, Timer::Ping);
    }

    fn send_ping(&mut self, now: Micros) {
        if self.pong_due.is_some() {
            return;
        }
        let action = self.send("Ping", &[]);
        self.pong_due = Some(action);
        let limit = self.map.options.timings.pong;
        self.map.timers.set(now + limit, Timer::Pong(action));
    }

    /// An answer to a Ping comes after all events that were on their way.
    pub(super) fn ask_for_proof(&mut self, timer: Timer, now: Micros) {
        self.unproven.push(timer);
        self.send_ping(now);
    }

    pub(super) fn pong_missed(&mut self, action: u64, now: Micros) {
        if self.phase == Phase::Live && self.pong_due == Some(action) {
            self.down(
                Down::new(
                    "the PBX does not answer a Ping",
                    "is the process stopped, or does a firewall drop idle connections?",
                ),
                now,
            );
        }
    }
}
