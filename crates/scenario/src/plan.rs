//! A scenario, checked and resolved: names become places in lists.

mod check;
mod people;

pub(crate) use check::check;

use crate::chance::Chance;
use crate::clock::{LocalClock, minute_of_day};
use crate::error::Bad;
use crate::settings::{Queue, Scenario, Source};
use model::snapshot::DnType;
use model::{Micros, Text};
use std::collections::BTreeMap;

/// What does not change while the centre is played.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) scenario: Scenario,
    pub(crate) clock: LocalClock,
    /// The sources of the scenario in its order, then those that tell of virtual queues.
    pub(crate) sources: Vec<Source>,
    /// Queues, route points, virtual queues.
    pub(crate) dns: Vec<MediationDn>,
    /// One for each queue of the scenario, in its order.
    pub(crate) queues: Vec<QueuePlan>,
    pub(crate) people: Vec<Person>,
    /// Begin and end in minutes of the day.
    pub(crate) shifts: Vec<(u32, u32)>,
    /// The highest factor that the daily curve and the weekend reach.
    pub(crate) curve_max: f64,
}

/// A DN at which calls wait.
#[derive(Clone, Debug)]
pub(crate) struct MediationDn {
    pub(crate) number: Text,
    pub(crate) name: Text,
    pub(crate) kind: DnType,
    pub(crate) source: usize,
    /// Calls answered in less than this are in time.
    pub(crate) target_seconds: i64,
}

/// A queue of the scenario with its names resolved.
#[derive(Clone, Debug)]
pub(crate) struct QueuePlan {
    /// The settings.
    pub(crate) set: Queue,
    pub(crate) source: usize,
    /// Its DN.
    pub(crate) dn: usize,
    /// The DN of its route point.
    pub(crate) route_point: Option<usize>,
    /// The queue that calls overflow to.
    pub(crate) overflow: Option<usize>,
    /// The highest factor that the surge reaches.
    pub(crate) surge_max: f64,
}

impl QueuePlan {
    /// Whether calls wait on the route point and here at once.
    pub(crate) fn is_virtual(&self) -> bool {
        self.set.kind == DnType::VirtualQueue
    }
}

/// An agent.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) id: Text,
    pub(crate) name: Text,
    /// The phone.
    pub(crate) dn: Text,
    pub(crate) source: usize,
    pub(crate) team: usize,
    pub(crate) shift: usize,
    /// The queues that the agent serves.
    pub(crate) queues: Vec<usize>,
    pub(crate) skills: BTreeMap<Text, i64>,
}

impl Plan {
    /// Checks the scenario and resolves it; people are drawn from `seed`.
    pub(crate) fn new(scenario: &Scenario, seed: u64) -> Result<Self, Bad> {
        check(scenario)?;
        let mut dns = Vec::new();
        let sources = sources(scenario);
        let queues = queues(scenario, &sources, &mut dns);
        let people = people::hire(scenario, &mut Chance::new(seed ^ 0x5EED_0F9E_0915));
        check::numbers_differ(&dns, &people)?;
        let shifts = scenario.shifts.iter().map(|shift| {
            let minutes = |text: &str| minute_of_day(text).unwrap_or(0);
            (minutes(&shift.from), minutes(&shift.to))
        });
        Ok(Self {
            clock: LocalClock::ahead_by(&scenario.utc_offset)?,
            shifts: shifts.collect(),
            curve_max: scenario.daily_curve.iter().copied().fold(0.0, f64::max) * scenario.weekend.max(1.0),
            scenario: scenario.clone(),
            sources,
            dns,
            queues,
            people,
        })
    }
}

impl Plan {
    /// What all arrivals are multiplied with at that moment: the hour of the day, the day of the week.
    pub(crate) fn arrivals(&self, at: Micros) -> f64 {
        let (hour, is_weekend) = self.clock.hour(at);
        let curve = &self.scenario.daily_curve;
        let (low, high) = (curve[hour as usize % 24], curve[(hour as usize + 1) % 24]);
        let factor = low + (high - low) * hour.fract();
        if is_weekend { factor * self.scenario.weekend } else { factor }
    }
}

/// The place of a source by name; the first one if none is named.
pub(crate) fn source_ix(scenario: &Scenario, name: Option<&Text>) -> usize {
    name.and_then(|name| scenario.sources.iter().position(|source| source.name == *name)).unwrap_or(0)
}

fn sources(scenario: &Scenario) -> Vec<Source> {
    let virtual_ones = scenario.sources.iter().filter_map(|source| {
        let (name, switch) = (source.virtual_queues.clone()?, source.switch.clone());
        Some(Source { name, switch, virtual_queues: None })
    });
    scenario.sources.iter().cloned().chain(virtual_ones).collect()
}

fn queues(scenario: &Scenario, sources: &[Source], dns: &mut Vec<MediationDn>) -> Vec<QueuePlan> {
    let at = |name: &Text| scenario.queues.iter().position(|queue| queue.name == *name);
    let mut plans = Vec::with_capacity(scenario.queues.len());
    for queue in &scenario.queues {
        let source = source_ix(scenario, queue.source.as_ref());
        let target_seconds = queue.target.as_secs() as i64;
        let teller = scenario.sources[source].virtual_queues.as_ref();
        let teller = teller.and_then(|name| sources.iter().position(|source| source.name == *name));
        let mut dn = |number: &Text, name: Text, kind| {
            let source = teller.filter(|_| kind == DnType::VirtualQueue).unwrap_or(source);
            dns.iter().position(|dn| dn.number == *number && dn.kind == kind).unwrap_or_else(|| {
                dns.push(MediationDn { number: number.clone(), name, kind, source, target_seconds });
                dns.len() - 1
            })
        };
        plans.push(QueuePlan {
            source,
            dn: dn(&queue.number, queue.name.clone(), queue.kind),
            route_point: queue.route_point.as_ref().map(|number| {
                dn(number, Text::from(format!("{} route point", queue.name)), DnType::RoutePoint)
            }),
            overflow: queue.overflow.as_ref().and_then(|overflow| at(&overflow.to)),
            surge_max: queue.surge.as_ref().map_or(1.0, |surge| surge.factor.max(1.0)),
            set: queue.clone(),
        });
    }
    plans
}
