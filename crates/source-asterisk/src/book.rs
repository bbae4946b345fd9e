//! What the adapter knows of the PBX: queues, members, channels, callers in queues, legs of agents.

use model::Text;
use model::record::CallType;
use model::time::Micros;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// The whole of it.
#[derive(Debug, Default)]
pub(crate) struct Book {
    pub(crate) queues: BTreeSet<Text>,
    /// By (queue, DN).
    pub(crate) members: BTreeMap<(Text, Text), Member>,
    /// By DN; a DN that was a member once stays known.
    pub(crate) agents: BTreeMap<Text, Agent>,
    /// Which DN a device belongs to.
    pub(crate) devices: BTreeMap<Text, Text>,
    /// By Uniqueid, never by name (pitfall 18).
    pub(crate) channels: BTreeMap<Text, Channel>,
    /// Callers in queues, by the caller's Uniqueid.
    pub(crate) visits: BTreeMap<Text, Visit>,
    /// Legs of agents, by the Uniqueid that they began with.
    pub(crate) legs: BTreeMap<Text, Leg>,
    /// Other channels that stand for a leg.
    pub(crate) aliases: BTreeMap<Text, Text>,
    /// Who transferred a caller blindly: by the transferee's Uniqueid.
    pub(crate) handed_over: BTreeMap<Text, Text>,
    /// What ended lately.
    pub(crate) ended: Recent,
}

/// A member of a queue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) paused: bool,
    pub(crate) reason: Text,
    pub(crate) wrap_up: Micros,
    pub(crate) dynamic: bool,
    /// `received` of the last message about it.
    pub(crate) touched: Micros,
}

/// An agent's DN.
#[derive(Clone, Debug, Default)]
pub(crate) struct Agent {
    pub(crate) unreachable: bool,
    /// Queues that the agent is logged in to.
    pub(crate) queues: BTreeSet<Text>,
    /// The state that was told last; nothing while logged out.
    pub(crate) state: Option<State>,
    pub(crate) since: Micros,
    /// After-call work until then.
    pub(crate) acw_until: Option<Micros>,
}

/// An agent's state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Ready,
    NotReady(Text),
    AfterCallWork,
}

/// A channel.
#[derive(Clone, Debug, Default)]
pub(crate) struct Channel {
    pub(crate) name: Text,
    pub(crate) linked: Text,
    pub(crate) number: Text,
    pub(crate) exten: Text,
    pub(crate) up: bool,
    pub(crate) hangup_requested: bool,
    pub(crate) bridge: Option<Text>,
    /// The other half of a Local channel.
    pub(crate) pair: Option<Text>,
    /// The call that it was dialled for.
    pub(crate) conn: Option<Text>,
}

/// A caller in a queue.
#[derive(Clone, Debug)]
pub(crate) struct Visit {
    pub(crate) queue: Text,
    pub(crate) conn: Text,
    pub(crate) other: Text,
    pub(crate) call_type: CallType,
    pub(crate) joined: Micros,
    pub(crate) leaving: Option<Leaving>,
    pub(crate) touched: Micros,
    pub(crate) unconfirmed: bool,
}

/// A caller who left; why is not known yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Leaving {
    pub(crate) time: Micros,
    pub(crate) abandon: bool,
}

/// How far a leg is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Dialing,
    Ringing,
    Talking,
}

/// How the caller's visit ended while a leg of it was open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum VisitEnd {
    /// Another member has the call.
    Elsewhere,
    /// Nobody has it.
    Left,
}

/// A call on an agent's DN.
#[derive(Clone, Debug)]
pub(crate) struct Leg {
    pub(crate) dn: Text,
    pub(crate) conn: Text,
    pub(crate) queue: Option<Text>,
    /// The Uniqueid of the other side.
    pub(crate) peer: Text,
    pub(crate) other: Text,
    pub(crate) call_type: CallType,
    pub(crate) prev_conn: Option<Text>,
    pub(crate) stage: Stage,
    /// The channel that carries it now.
    pub(crate) channel: Text,
    pub(crate) began: Micros,
    /// When the talk began; unknown after a reconnect.
    pub(crate) answered: Option<Micros>,
    pub(crate) queued: Option<Micros>,
    /// The channel answered; the queue has not told so yet.
    pub(crate) up: bool,
    pub(crate) held_here: bool,
    pub(crate) held_there: bool,
    /// `AgentRingNoAnswer` came at that time.
    pub(crate) refused: Option<Micros>,
    /// The agent hung up during the announcement.
    pub(crate) dumped: bool,
    pub(crate) dial_status: Option<Text>,
    /// The channel is gone: when, with what cause.
    pub(crate) gone: Option<(Micros, i64)>,
    pub(crate) visit_end: Option<VisitEnd>,
    /// Where the agent transferred the call to.
    pub(crate) transfer: Option<Text>,
    /// The offer came by a blind transfer.
    pub(crate) offered_by_transfer: bool,
    pub(crate) touched: Micros,
    pub(crate) unconfirmed: bool,
}

impl Leg {
    pub(crate) fn new(dn: Text, conn: Text, channel: Text, stage: Stage, began: Micros) -> Self {
        Self {
            dn,
            conn,
            queue: None,
            peer: Text::default(),
            other: Text::default(),
            call_type: CallType::Unknown,
            prev_conn: None,
            stage,
            channel,
            began,
            answered: None,
            queued: None,
            up: false,
            held_here: false,
            held_there: false,
            refused: None,
            dumped: false,
            dial_status: None,
            gone: None,
            visit_end: None,
            transfer: None,
            offered_by_transfer: false,
            touched: began,
            unconfirmed: false,
        }
    }

    pub(crate) fn held(&self) -> bool {
        self.held_here || self.held_there
    }
}

/// A bounded memory of keys that are over.
#[derive(Debug, Default)]
pub(crate) struct Recent {
    keys: BTreeMap<Text, Micros>,
    order: VecDeque<Text>,
}

impl Recent {
    const MOST: usize = 8192;

    pub(crate) fn add(&mut self, key: Text, at: Micros) {
        if self.keys.insert(key.clone(), at).is_none() {
            self.order.push_back(key);
        }
        while self.order.len() > Self::MOST {
            if let Some(oldest) = self.order.pop_front() {
                self.keys.remove(&oldest);
            }
        }
    }

    pub(crate) fn when(&self, key: &str) -> Option<Micros> {
        self.keys.get(key).copied()
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.keys.contains_key(key)
    }
}

impl Book {
    /// The leg that a channel stands for.
    pub(crate) fn leg_of(&self, uid: &str) -> Option<Text> {
        let key = self.aliases.get(uid).map_or(uid, Text::as_str);
        self.legs.get_key_value(key).map(|(key, _)| key.clone())
    }

    /// The DN whose device a channel belongs to.
    pub(crate) fn dn_of(&self, channel: &str) -> Option<&Text> {
        self.devices.get(device_of(channel)?)
    }

    /// Everything about calls is forgotten.
    pub(crate) fn forget_calls(&mut self) {
        self.channels.clear();
        self.visits.clear();
        self.legs.clear();
        self.aliases.clear();
        self.handed_over.clear();
    }
}

/// The device of a channel's name; none for the far half of a Local channel, which runs in the dialplan.
pub(crate) fn device_of(channel: &str) -> Option<&str> {
    if channel.ends_with(";2") {
        return None;
    }
    channel.rfind('-').map(|dash| &channel[..dash])
}

/// The device that an Interface dials: options of Local channels (`/n`) are not part of channel names.
pub(crate) fn device_of_interface(interface: &str) -> &str {
    match interface.strip_prefix("Local/").and_then(|rest| rest.find('/')) {
        Some(slash) => &interface[.."Local/".len() + slash],
        None => interface,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_belongs_to_the_device_before_its_running_number() {
        assert_eq!(device_of("PJSIP/2001-00000033"), Some("PJSIP/2001"));
        assert_eq!(device_of("SIP/gate-way-0000001a"), Some("SIP/gate-way"));
        assert_eq!(device_of("Local/1001@agents-00000001;1"), Some("Local/1001@agents"));
        assert_eq!(device_of("Local/1001@agents-00000001;2"), None);
        assert_eq!(device_of("odd"), None);
        assert_eq!(device_of_interface("Local/2001@from-queue/n"), "Local/2001@from-queue");
        assert_eq!(device_of_interface("PJSIP/2001"), "PJSIP/2001");
    }

    #[test]
    fn the_memory_of_ended_calls_is_bounded() {
        let mut recent = Recent::default();
        for n in 0..20_000 {
            recent.add(n.to_string().into(), Micros(n));
        }
        assert!(!recent.has("0") && recent.has("19999"));
        assert_eq!(recent.order.len(), Recent::MOST);
    }
}
