//! From the PBX's events to records: the mapping, without the protocol around it.

mod direct;
mod legs;
mod members;
mod merge;
mod offers;
mod picture;
mod reconcile;
mod talks;
mod transfers;
mod visits;
mod wrap_up;

use crate::book::Book;
use crate::ledger::Ledger;
use crate::message::Message;
use crate::options::Options;
use crate::timers::{Timer, Timers};
pub(crate) use merge::Lists;
use model::time::Micros;
use model::{Event, Record, Text};
pub(crate) use reconcile::Suspect;

/// When something happened: by our clock and by the PBX's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At {
    pub(crate) received: Micros,
    pub(crate) time: Micros,
}

impl At {
    /// The same moment of ours, another one of the PBX.
    pub(crate) fn told(self, time: Micros) -> Self {
        Self { time, ..self }
    }
}

#[derive(Debug)]
pub(crate) struct Mapping {
    pub(crate) options: Options,
    pub(crate) switch: Text,
    pub(crate) book: Book,
    pub(crate) ledger: Ledger,
    pub(crate) timers: Timers,
    pub(crate) suspects: Vec<Suspect>,
    /// While the link is down the book is kept, but nothing is told: the snapshot will tell it.
    pub(crate) mute: bool,
}

impl Mapping {
    pub(crate) fn new(options: Options, ledger: Ledger) -> Self {
        let switch = options.source.clone();
        Self {
            options,
            switch,
            book: Book::default(),
            ledger,
            timers: Timers::default(),
            suspects: Vec::new(),
            mute: true,
        }
    }

    /// Puts a record out, unless the link is down.
    pub(crate) fn tell(&mut self, event: Event, at: At, fill: impl FnOnce(&mut Record)) {
        if self.mute {
            return;
        }
        let mut record = Record::new(self.options.source.clone(), event, at.received);
        record.time = at.time;
        fill(&mut record);
        self.ledger.record(record);
    }

    /// The call that a channel belongs to.
    pub(crate) fn conn_of(&self, uid: &str) -> Text {
        let own = |uid: &str| self.book.channels.get(uid).and_then(|c| c.conn.clone());
        let pair = || self.book.channels.get(uid)?.pair.as_deref().and_then(own);
        own(uid).or_else(pair).unwrap_or_else(|| self.call_id(uid))
    }

    /// An id that no other PBX of the tenant gives: with `systemname` Asterisk does it itself (pitfall 19).
    pub(crate) fn call_id(&self, uid: &str) -> Text {
        let prefixed = uid.strip_prefix(self.switch.as_str()).is_some_and(|rest| rest.starts_with('-'));
        if prefixed { uid.into() } else { Text::from(format!("{}-{uid}", self.switch)) }
    }

    /// Keeps what a message tells about the channel whose keys begin with `prefix`; gives its Uniqueid.
    pub(crate) fn learn(&mut self, message: &Message, prefix: &str) -> Option<Text> {
        let get = |key: &str| message.get(&format!("{prefix}{key}"));
        let uid = get("Uniqueid").filter(|uid| !uid.is_empty())?.clone();
        let channel = self.book.channels.entry(uid.clone()).or_default();
        if let Some(name) = get("Channel") {
            channel.name = name.clone();
        }
        if let Some(linked) = get("Linkedid") {
            channel.linked = linked.clone();
        }
        if let Some(number) = message.known(&format!("{prefix}CallerIDNum")) {
            channel.number = number.clone();
        }
        if let Some(exten) = get("Exten") {
            channel.exten = exten.clone();
        }
        if let Some(state) = get("ChannelState") {
            channel.up = state == "6";
        }
        Some(uid)
    }

    /// The number by which the other side of a channel knows it: an agent's DN, else the caller's number.
    pub(crate) fn number_of(&self, uid: &str) -> Text {
        let Some(channel) = self.book.channels.get(uid) else { return Text::default() };
        if let Some(dn) = self.book.dn_of(&channel.name) {
            return dn.clone();
        }
        let device = || crate::book::device_of(&channel.name).unwrap_or(&channel.name).into();
        if channel.number.is_empty() { device() } else { channel.number.clone() }
    }

    /// Takes one event.
    pub(crate) fn event(&mut self, message: &Message, received: Micros) {
        let at = At { received, time: message.timestamp().unwrap_or(received) };
        match message.event().unwrap_or_default() {
            "Newchannel" => self.new_channel(message, at),
            "Newstate" => self.new_state(message, at),
            "Hangup" => self.hangup(message, at),
            "HangupRequest" => self.hangup_request(message),
            "Rename" => self.rename(message),
            "LocalBridge" => self.local_bridge(message),
            "DialBegin" => self.dial_begin(message, at),
            "DialEnd" => self.dial_end(message, at),
            "Hold" => self.hold(message, at, true),
            "Unhold" => self.hold(message, at, false),
            "BridgeEnter" => self.bridge_enter(message, at),
            "BridgeLeave" => self.bridge_leave(message),
            "BlindTransfer" => self.blind_transfer(message, at),
            "AttendedTransfer" => self.attended_transfer(message, at),
            "QueueCallerJoin" => self.join(message, at),
            "QueueCallerLeave" => self.leave(message, at),
            "QueueCallerAbandon" => self.abandon(message, at),
            "VarSet" => self.queue_status(message, at),
            "Newexten" => self.goes_on(message, at),
            "AgentCalled" => self.called(message, at),
            "AgentConnect" => self.connect(message, at),
            "AgentComplete" => self.complete(message, at),
            "AgentRingNoAnswer" => self.ring_no_answer(message, at),
            "AgentDump" => self.dump(message, at),
            "QueueMemberAdded" => self.member_added(message, at),
            "QueueMemberRemoved" => self.member_removed(message, at),
            "QueueMemberPause" | "QueueMemberPaused" => self.member_paused(message, at),
            "QueueMemberStatus" => self.member_status(message, at),
            "DeviceStateChange" => self.device_state(message, at),
            "UserEvent" => self.user_event(message, at),
            _ => self.ledger.counters.unused_messages += 1,
        }
    }

    /// False for a timer whose question has been answered meanwhile.
    pub(crate) fn is_open(&self, timer: &Timer) -> bool {
        match timer {
            Timer::Leave(uid) => self.book.visits.get(uid).is_some_and(|visit| visit.leaving.is_some()),
            Timer::Settle(uid) => self.book.legs.contains_key(uid),
            Timer::Suspects => !self.suspects.is_empty(),
            _ => true,
        }
    }

    /// Takes a timer of calls and agents.
    pub(crate) fn due(&mut self, timer: Timer, due: Micros) {
        let at = At { received: due, time: due };
        match timer {
            Timer::Leave(uid) => self.leave_unexplained(&uid, at),
            Timer::Settle(uid) => self.settle_at_last(&uid, at),
            Timer::AfterCallWork(dn) => self.after_call_work_over(&dn, at),
            Timer::Unreachable(dn) => self.unreachable_for_long(&dn, at),
            Timer::Suspects => self.judge_suspects(at),
            Timer::Unconfirmed => self.drop_unconfirmed(at),
            _ => {}
        }
    }

    fn hangup_request(&mut self, message: &Message) {
        if let Some(uid) = self.learn(message, "")
            && let Some(channel) = self.book.channels.get_mut(&uid)
        {
            channel.hangup_requested = true;
        }
    }

    fn rename(&mut self, message: &Message) {
        if let (Some(uid), Some(name)) = (message.get("Uniqueid"), message.get("Newname"))
            && let Some(channel) = self.book.channels.get_mut(uid)
        {
            channel.name = name.clone();
        }
    }

    fn local_bridge(&mut self, message: &Message) {
        let (one, two) = (self.learn(message, "LocalOne"), self.learn(message, "LocalTwo"));
        let (Some(one), Some(two)) = (one, two) else { return };
        for (half, other) in [(&one, &two), (&two, &one)] {
            if let Some(channel) = self.book.channels.get_mut(half) {
                channel.pair = Some(other.clone());
            }
        }
    }

    fn hangup(&mut self, message: &Message, at: At) {
        let Some(uid) = self.learn(message, "") else { return };
        let cause = message.number("Cause").unwrap_or(0);
        self.visit_hangup(&uid, at);
        self.leg_hangup(&uid, cause, at);
        self.book.channels.remove(&uid);
        self.book.handed_over.remove(&uid);
    }
}
