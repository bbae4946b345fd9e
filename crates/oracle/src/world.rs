//! The contact centre as told by the records up to one instant.

use crate::carried::Carried;
use crate::facts::Facts;
use crate::legs::Leg;
use crate::login::{Ended, Login};
use crate::visits::Visit;
use model::record::{Body, CallType, KeyValues};
use model::tenant::Tenant;
use model::{Event, Micros, Record, Text};
use std::collections::{BTreeMap, BTreeSet};

/// Everything that is known at one instant, and how it came to be.
#[derive(Clone, Debug)]
pub struct World<'a> {
    pub(crate) tenant: &'a Tenant,
    pub(crate) now: Micros,
    /// The first record's `received`.
    pub(crate) begun: Option<Micros>,
    pub(crate) sources: BTreeMap<Text, SourceState>,
    /// By `number@switch`.
    pub(crate) dns: BTreeMap<Text, DnState>,
    pub(crate) visits: Vec<Visit>,
    pub(crate) facts: Facts,
    /// By call: its data, without `this_queue`.
    pub(crate) calls: BTreeMap<Text, Carried>,
    /// By phone and call: the mediation DN, `number@switch`.
    pub(crate) brought_by: BTreeMap<(Text, Text), Text>,
    /// By DN and call: its type, as it was known there last.
    pub(crate) kinds: BTreeMap<(Text, Text), CallType>,
    seen: BTreeSet<String>,
    pub(crate) next_leg: u32,
    /// A snapshot is being taken in.
    pub(crate) rebuilding: bool,
    /// Of what the facts say was emitted: its first and its last place.
    pub(crate) order: BTreeMap<(bool, usize), (usize, usize)>,
}

/// What is known of a source.
#[derive(Clone, Debug)]
pub(crate) struct SourceState {
    pub(crate) switch: Text,
    pub(crate) up: bool,
    position: (u64, u64),
}

/// What is known of a DN.
#[derive(Clone, Debug)]
pub(crate) struct DnState {
    pub(crate) source: Text,
    pub(crate) mediation: bool,
    pub(crate) alt_enter_time: bool,
    pub(crate) monitored: bool,
    /// Not monitored because its source was lost (rule X-4).
    pub(crate) lost: bool,
    pub(crate) login: Option<Login>,
    /// ACW was pressed during a call (rule Q-22).
    pub(crate) acw_pressed: bool,
    /// Why the agent is in his state (rule Q-16), and in the ACW that was pressed.
    pub(crate) reasons: Option<KeyValues>,
    pub(crate) acw_reasons: Option<KeyValues>,
    pub(crate) off_hook: bool,
    pub(crate) legs: Vec<Leg>,
    /// The call that an ACW would be linked to (rule Q-23).
    pub(crate) ended: Option<Ended>,
    /// The one that the present ACW is linked to.
    pub(crate) acw_of: Option<Ended>,
}

impl<'a> World<'a> {
    /// Replays the records with `received` <= `at`.
    pub(crate) fn after(tenant: &'a Tenant, records: &[Record], at: Micros) -> Self {
        let source = |s: &model::tenant::Source| {
            (s.name.clone(), SourceState { switch: s.switch.clone(), up: true, position: (0, 0) })
        };
        let mut world = Self {
            tenant,
            now: at,
            begun: records.first().map(|record| record.received),
            sources: tenant.sources.iter().map(source).collect(),
            dns: BTreeMap::new(),
            visits: Vec::new(),
            facts: Facts::default(),
            calls: BTreeMap::new(),
            brought_by: BTreeMap::new(),
            kinds: BTreeMap::new(),
            seen: BTreeSet::new(),
            next_leg: 0,
            rebuilding: false,
            order: BTreeMap::new(),
        };
        let begun = world.begun.unwrap_or(at);
        world.begin(begun);
        let seen: Vec<&Record> = records.iter().take_while(|record| record.received <= at).collect();
        for instant in seen.chunk_by(|one, other| one.received == other.received) {
            world.now = instant[0].received;
            for record in instant {
                world.take(record);
            }
            world.settle_statuses();
        }
        world.now = at;
        for (place, emitted) in world.facts.emitted.iter().enumerate() {
            world.order.entry(*emitted).or_insert((place, place)).1 = place;
        }
        world
    }

    /// Rule Q-6: all DNs monitored, idle, without agents.
    fn begin(&mut self, begun: Micros) {
        self.now = begun;
        for dn in &self.tenant.dns {
            let on_switch = |source: &&model::tenant::Source| source.switch == dn.switch;
            let source = dn
                .source
                .clone()
                .or_else(|| self.tenant.sources.iter().find(on_switch).map(|source| source.name.clone()));
            let state = DnState {
                source: source.unwrap_or_default(),
                mediation: dn.kind.is_mediation(),
                alt_enter_time: dn.use_alt_enter_time.unwrap_or(false),
                monitored: false,
                lost: false,
                login: None,
                acw_pressed: false,
                reasons: None,
                acw_reasons: None,
                off_hook: false,
                legs: Vec::new(),
                ended: None,
                acw_of: None,
            };
            self.dns.insert(format!("{}@{}", dn.number, dn.switch).into(), state);
        }
        for dn in self.names() {
            self.monitor(&dn);
            self.settle(&dn);
        }
        self.settle_statuses();
        self.facts.stretches.iter_mut().for_each(|stretch| stretch.initial = true);
        self.facts.segments.iter_mut().for_each(|segment| segment.initial = true);
    }

    fn take(&mut self, record: &Record) {
        if !self.is_new(record) {
            return;
        }
        let event = &record.event;
        let Some(source) = self.sources.get_mut(&record.source) else { return };
        if matches!(
            event,
            Event::LinkConnected | Event::ServerConnected | Event::Registered | Event::Snapshot
        ) {
            source.up = true;
        }
        if matches!(event, Event::LinkDisconnected | Event::ServerDisconnected) {
            return self.lose(&record.source.clone());
        }
        if !source.up {
            return; // Rule Q-10.
        }
        let switch = source.switch.clone();
        if let Some(Body::Snapshot(snapshot)) = record.body.as_deref() {
            self.rebuilding = true;
            self.rebuild(&switch, snapshot, &record.source);
            self.rebuilding = false;
            return;
        }
        let Some(dn) = record.this_dn.as_ref().map(|number| Text::from(format!("{number}@{switch}"))) else {
            return;
        };
        let Some(state) = self.dns.get(&dn) else { return };
        let (mediation, lost) = (state.mediation, state.lost);
        if *event == Event::Registered {
            return self.register(&dn, record);
        }
        if lost {
            self.monitor(&dn); // Rule Q-9.
        }
        self.learn(record);
        match event {
            Event::DNOutOfService => self.out_of_service(&dn),
            Event::DNBackInService => {
                if !self.dns[&dn].monitored {
                    self.monitor(&dn);
                }
            }
            _ if mediation => self.at_queue(&dn, record, &switch),
            _ => self.at_phone(&dn, record),
        }
        self.settle(&dn);
        self.refresh();
    }

    /// Rules.
    fn is_new(&mut self, record: &Record) -> bool {
        if record.seq != 0 {
            let Some(source) = self.sources.get_mut(&record.source) else { return false };
            let position = (record.epoch, record.seq);
            let new = position > source.position;
            source.position = source.position.max(position);
            return new;
        }
        let Some(conn) = &record.conn_id else { return true };
        let Record { source, this_dn, event, time, this_queue, agent_id, .. } = record;
        self.seen
            .insert(format!("{source:?} {this_dn:?} {conn} {event:?} {time:?} {this_queue:?} {agent_id:?}"))
    }

    pub(crate) fn names(&self) -> Vec<Text> {
        self.dns.keys().cloned().collect()
    }

    pub(crate) fn dn(&mut self, dn: &str) -> &mut DnState {
        self.dns.get_mut(dn).expect("only known DNs are asked for")
    }
}
