//! An adapter at a desk: the test plays the PBX by hand, message by message.
#![allow(dead_code, reason = "each test binary uses its part")]

use model::record::Body;
use model::snapshot::Snapshot;
use model::time::Micros;
use model::{Event, Record};
use source_asterisk::{Adapter, Link, Options, Secret, Step};

pub(crate) const BANNER: &str = "Asterisk Call Manager/11.0.0\r\n";

/// What the PBX answers to the questions of the start.
#[derive(Clone, Default)]
pub(crate) struct World {
    /// `queue interface key=value ...`
    pub(crate) members: Vec<String>,
    /// `queue uniqueid key=value ...`
    pub(crate) entries: Vec<String>,
    /// `key=value ...` of CoreShowChannel.
    pub(crate) channels: Vec<String>,
    pub(crate) start: String,
    pub(crate) system: String,
    /// QueueStatus and CoreShowChannels are refused.
    pub(crate) refuses: bool,
    /// Questions get no answer at all.
    pub(crate) silent: bool,
}

impl World {
    pub(crate) fn new(members: &[&str]) -> Self {
        let members = members.iter().map(|m| (*m).to_owned()).collect();
        Self { members, start: "10:00:00".into(), system: "pbx1".into(), ..Self::default() }
    }
}

pub(crate) struct Desk {
    pub(crate) adapter: Adapter,
    pub(crate) world: World,
    pub(crate) now: Micros,
    pub(crate) records: Vec<Record>,
    pub(crate) links: Vec<Link>,
    pub(crate) sent: Vec<String>,
    pub(crate) closed: bool,
    seen: usize,
}

pub(crate) fn options() -> Options {
    let mut options = Options::new("pbx1");
    (options.username, options.secret) = ("pulse".into(), Secret::new("s"));
    options
}

/// `Event: name` and the pairs of `text` (`key=value`, separated by blanks; `~` in a value is a blank).
pub(crate) fn event(name: &str, text: &str) -> String {
    let pair = |word: &str| {
        let (key, value) = word.split_once('=').unwrap_or_else(|| panic!("no pair: {word}"));
        format!("{key}: {}\r\n", value.replace('~', " "))
    };
    let pairs: String = text.split_whitespace().map(pair).collect();
    format!("Event: {name}\r\nPrivilege: agent,all\r\n{pairs}\r\n")
}

impl Desk {
    pub(crate) fn new(options: Options, world: World) -> Self {
        Self {
            adapter: Adapter::new(options),
            world,
            now: Micros::from_secs(1_800_000_000),
            records: Vec::new(),
            links: Vec::new(),
            sent: Vec::new(),
            closed: false,
            seen: 0,
        }
    }

    /// A live session with these members.
    pub(crate) fn live(members: &[&str]) -> Self {
        let mut desk = Self::new(options(), World::new(members));
        desk.connect();
        assert!(matches!(desk.links.last(), Some(Link::Live(_))), "{:?}", desk.links);
        desk.news();
        desk
    }

    pub(crate) fn connect(&mut self) {
        self.closed = false;
        self.adapter.on_connected(self.now);
        self.raw(BANNER);
    }

    pub(crate) fn raw(&mut self, text: &str) {
        self.adapter.on_bytes(text.as_bytes(), self.now);
        self.pump();
    }

    /// An event at the PBX's time `now`, a millisecond after the one before.
    pub(crate) fn event(&mut self, name: &str, text: &str) {
        self.now = self.now + Micros::from_millis(1);
        let at = format!("{}.{:06}", self.now.0 / 1_000_000, self.now.0 % 1_000_000);
        self.raw(&event(name, &format!("Timestamp={at} {text}")));
    }

    /// Time passes; the PBX goes on answering.
    pub(crate) fn wait(&mut self, millis: i64) {
        let end = self.now + Micros::from_millis(millis);
        while let Some(due) = self.adapter.next_deadline().filter(|due| *due <= end) {
            self.now = due.max(self.now);
            self.adapter.on_timer(self.now);
            self.pump();
        }
        self.now = end;
        self.adapter.on_timer(end);
        self.pump();
    }

    pub(crate) fn close(&mut self) {
        self.adapter.on_closed("the connection was reset", self.now);
        self.pump();
    }

    fn pump(&mut self) {
        while let Some(step) = self.adapter.poll() {
            match step {
                Step::Record(record) => self.records.push(record),
                Step::Link(link) => self.links.push(link),
                Step::Send(bytes) => {
                    let action = String::from_utf8(bytes).unwrap();
                    let answer = self.answer(&action);
                    self.sent.push(action);
                    self.adapter.on_bytes(answer.as_bytes(), self.now);
                }
                Step::Close => self.closed = true,
                Step::Found(_) => {}
            }
        }
    }

    fn answer(&self, action: &str) -> String {
        let get = |key: &str| action.lines().find_map(|l| l.strip_prefix(key)).unwrap_or("").to_owned();
        let (name, id) = (get("Action: "), get("ActionID: "));
        let success = |rest: &str| format!("Response: Success\r\nActionID: {id}\r\n{rest}\r\n");
        let world = &self.world;
        let list = |items: Vec<String>, done: &str| {
            let mut text = success("EventList: start\r\n");
            for item in &items {
                text.push_str(&item.replace("Privilege: agent,all", &format!("ActionID: {id}")));
            }
            text + &format!(
                "Event: {done}\r\nActionID: {id}\r\nEventList: Complete\r\nListItems: {}\r\n\r\n",
                items.len()
            )
        };
        if world.silent {
            return String::new();
        }
        match name.as_str() {
            "Challenge" => success("Challenge: 1\r\n"),
            "Login" => success("") + "Event: FullyBooted\r\nPrivilege: system,all\r\n\r\n",
            "CoreSettings" => {
                success(&format!("AsteriskVersion: 22.10.1\r\nSystemName: {}\r\n", world.system))
            }
            "CoreStatus" => {
                success(&format!("CoreStartupDate: 2026-11-23\r\nCoreStartupTime: {}\r\n", world.start))
            }
            _ if world.refuses && name != "Ping" => {
                format!("Response: Error\r\nActionID: {id}\r\nMessage: Permission denied\r\n\r\n")
            }
            "QueueStatus" => list(world.queue_items(), "QueueStatusComplete"),
            "CoreShowChannels" => list(
                world.channels.iter().map(|c| event("CoreShowChannel", c)).collect(),
                "CoreShowChannelsComplete",
            ),
            "DeviceStateList" => list(Vec::new(), "DeviceStateListComplete"),
            "Ping" => success("Ping: Pong\r\n"),
            other => panic!("the adapter asks {other}"),
        }
    }

    /// The records since the last call.
    pub(crate) fn news(&mut self) -> Vec<Record> {
        let news = self.records[self.seen..].to_vec();
        self.seen = self.records.len();
        news
    }

    /// The records since the last call, in short: `Event dn [queue] [state] [reason] [synthetic]`.
    pub(crate) fn told(&mut self) -> Vec<String> {
        self.news().iter().map(short).collect()
    }

    pub(crate) fn snapshot(&self) -> &Snapshot {
        let last = self.records.iter().rev().find(|r| r.event == Event::Snapshot).unwrap();
        match last.body.as_deref() {
            Some(Body::Snapshot(snapshot)) => snapshot,
            other => panic!("{other:?}"),
        }
    }

    /// A caller joins, an agent is called.
    pub(crate) fn offer(&mut self, queue: &str, caller: &str, dn: &str, leg: &str) {
        self.join(queue, caller);
        self.call(queue, caller, dn, leg);
    }

    pub(crate) fn join(&mut self, queue: &str, caller: &str) {
        let text = format!(
            "Channel=PJSIP/trunk-{caller} Uniqueid={caller} Linkedid={caller} CallerIDNum=555 Queue={queue}"
        );
        self.event("QueueCallerJoin", &text);
    }

    pub(crate) fn call(&mut self, queue: &str, caller: &str, dn: &str, leg: &str) {
        let text = format!("{} MemberName=Someone", both(queue, caller, dn, leg));
        self.event("AgentCalled", &text);
    }

    pub(crate) fn connected(&mut self, queue: &str, caller: &str, dn: &str, leg: &str) {
        self.event("QueueCallerLeave", &format!("Uniqueid={caller} Queue={queue}"));
        self.event("AgentConnect", &format!("{} HoldTime=3 RingTime=2", both(queue, caller, dn, leg)));
    }

    pub(crate) fn leave(&mut self, queue: &str, caller: &str) {
        self.event("QueueCallerAbandon", &format!("Uniqueid={caller} Queue={queue} HoldTime=3"));
        self.event("QueueCallerLeave", &format!("Uniqueid={caller} Queue={queue}"));
    }
}

pub(crate) fn both(queue: &str, caller: &str, dn: &str, leg: &str) -> String {
    format!(
        "Channel=PJSIP/trunk-{caller} Uniqueid={caller} Linkedid={caller} DestChannel={dn}-{leg} DestUniqueid={leg} \
         DestLinkedid={caller} Queue={queue} Interface={dn}"
    )
}

impl World {
    fn queue_items(&self) -> Vec<String> {
        let item = |name: &str, line: &String, keys: [&str; 2]| {
            let mut words = line.split_whitespace();
            let (queue, own) = (words.next().unwrap(), words.next().unwrap());
            let rest: Vec<&str> = words.collect();
            event(name, &format!("Queue={queue} {}={own} {}={own} {}", keys[0], keys[1], rest.join(" ")))
        };
        let members = self.members.iter().map(|m| item("QueueMember", m, ["Name", "Location"]));
        let entries = self.entries.iter().map(|e| item("QueueEntry", e, ["Uniqueid", "Channel"]));
        members.chain(entries).collect()
    }
}

pub(crate) fn short(r: &Record) -> String {
    let mut words = vec![r.event.name().to_owned()];
    words.extend([&r.this_dn, &r.this_queue].into_iter().flatten().map(ToString::to_string));
    words.extend(r.call_state.as_ref().map(|s| s.name().to_owned()));
    words.extend(r.work_mode.as_ref().map(|m| m.name().to_owned()));
    words.extend(r.reason.as_ref().map(ToString::to_string));
    if r.synthetic {
        words.push("synthetic".to_owned());
    }
    words.join(" ")
}
