//! What a scenario must fulfil before it can be played.

use super::{MediationDn, Person, source_ix};
use crate::clock::{LocalClock, minute_of_day};
use crate::error::Bad;
use crate::settings::{Queue, Scenario};
use model::Text;
use model::snapshot::DnType;
use std::collections::BTreeSet;

/// Refuses what can't be played.
pub(crate) fn check(scenario: &Scenario) -> Result<(), Bad> {
    let lists = [
        ("source", scenario.sources.is_empty()),
        ("queue", scenario.queues.is_empty()),
        ("team", scenario.teams.is_empty()),
        ("shift", scenario.shifts.is_empty()),
    ];
    if let Some((what, _)) = lists.into_iter().find(|(_, empty)| *empty) {
        return Err(Bad::Missing { what });
    }
    LocalClock::ahead_by(&scenario.utc_offset)?;
    let virtual_ones = scenario.sources.iter().filter_map(|source| source.virtual_queues.as_ref());
    once("source", scenario.sources.iter().map(|source| &source.name).chain(virtual_ones))?;
    once("queue", scenario.queues.iter().map(|queue| &queue.name))?;
    once("team", scenario.teams.iter().map(|team| &team.name))?;
    once("shift", scenario.shifts.iter().map(|shift| &shift.name))?;
    once("number", scenario.queues.iter().map(|queue| &queue.number))?;
    numbers(scenario)?;
    crate::media::plan::check(scenario)?;
    scenario.queues.iter().try_for_each(|queue| check_queue(scenario, queue))?;
    check_teams(scenario)?;
    for (group, members) in &scenario.queue_groups {
        for name in members {
            known_queue(scenario, name, || format!("the queue group {group:?}"))?;
        }
    }
    let outages = scenario.faults.link_losses.iter().chain(&scenario.faults.gaps);
    outages
        .into_iter()
        .try_for_each(|outage| known_source(scenario, outage.source.as_ref(), || "faults".into()))
}

/// Refuses a number that two DNs of the centre bear.
pub(crate) fn numbers_differ(dns: &[MediationDn], people: &[Person]) -> Result<(), Bad> {
    let all = dns.iter().map(|dn| &dn.number).chain(people.iter().map(|person| &person.dn));
    once("number", all)
}

fn numbers(scenario: &Scenario) -> Result<(), Bad> {
    let bad = |place: &str, cause| Err(Bad::Value { place: place.to_owned(), cause });
    let curve = &scenario.daily_curve;
    if curve.len() != 24 || curve.iter().any(|factor| !factor.is_finite() || *factor < 0.0) {
        return bad("daily_curve", "give 24 factors of at least 0, one for each hour");
    }
    if !scenario.weekend.is_finite() || scenario.weekend < 0.0 {
        return bad("weekend", "give a factor of at least 0");
    }
    let habits = &scenario.habits;
    let shares = [
        habits.misses + habits.refuses,
        habits.holds + habits.blind_transfers + habits.consults,
        habits.wraps,
        habits.early_wraps,
    ];
    if shares.iter().any(|share| !(0.0..=1.0).contains(share)) {
        return bad("habits", "probabilities lie between 0 and 1, also those of one occasion together");
    }
    if [habits.outbound_per_hour, habits.internal_per_hour].iter().any(|rate| !(0.0..=3600.0).contains(rate))
    {
        return bad("habits", "calls an hour lie between 0 and 3600");
    }
    for shift in &scenario.shifts {
        if minute_of_day(&shift.from).is_none_or(|from| from == 1440) || minute_of_day(&shift.to).is_none() {
            return bad(&format!("the shift {:?}", shift.name), "write from and to as hh:mm, up to 24:00");
        }
    }
    if scenario.pauses.iter().any(|pause| pause.every.is_zero() || pause.lasts.is_zero()) {
        return bad("pause", "`every` and `lasts` must be longer than nothing");
    }
    Ok(())
}

fn check_queue(scenario: &Scenario, queue: &Queue) -> Result<(), Bad> {
    let place = || format!("the queue {:?}", queue.name);
    let bad = |cause| Err(Bad::Value { place: place(), cause });
    known_source(scenario, queue.source.as_ref(), place)?;
    if !matches!(queue.kind, DnType::Queue | DnType::VirtualQueue) {
        return bad("kind is Queue or VirtualQueue");
    }
    if queue.kind == DnType::VirtualQueue && queue.route_point.is_none() {
        return bad("a virtual queue needs the route_point at which its calls wait");
    }
    if !(0.0..=1e7).contains(&queue.calls_per_hour) || !(0.0..=1.0).contains(&queue.call_back) {
        return bad("calls_per_hour lies between 0 and 10 million, call_back between 0 and 1");
    }
    if queue.talk.is_zero() || queue.wrap_up.is_zero() || queue.patience.is_zero() {
        return bad("talk, wrap_up and patience must be longer than nothing");
    }
    if let Some(surge) = &queue.surge
        && (surge.every.is_zero() || !(0.0..=1000.0).contains(&surge.factor))
    {
        return bad("a surge needs a period, and a factor between 0 and 1000");
    }
    let Some(overflow) = &queue.overflow else { return Ok(()) };
    let to = known_queue(scenario, &overflow.to, place)?;
    let source = |queue: &Queue| source_ix(scenario, queue.source.as_ref());
    if to.name == queue.name || to.kind != queue.kind || source(to) != source(queue) {
        return bad("calls overflow to another queue of the same kind and source");
    }
    Ok(())
}

fn check_teams(scenario: &Scenario) -> Result<(), Bad> {
    for team in &scenario.teams {
        let place = || format!("the team {:?}", team.name);
        known_source(scenario, team.source.as_ref(), place)?;
        let own = source_ix(scenario, team.source.as_ref());
        for name in team.queues.iter().chain(&team.also) {
            let queue = known_queue(scenario, name, place)?;
            if source_ix(scenario, queue.source.as_ref()) != own {
                return Err(Bad::Value { place: place(), cause: "a team serves queues of its own source" });
            }
        }
        if team.queues.is_empty() || team.shifts.is_empty() {
            return Err(Bad::Value { place: place(), cause: "name at least one queue and one shift" });
        }
        for name in &team.shifts {
            if !scenario.shifts.iter().any(|shift| shift.name == *name) {
                return Err(Bad::Unknown { place: place(), kind: "shift", name: name.clone() });
            }
        }
    }
    Ok(())
}

fn known_queue<'s>(
    scenario: &'s Scenario,
    name: &Text,
    place: impl Fn() -> String,
) -> Result<&'s Queue, Bad> {
    scenario.queues.iter().find(|queue| queue.name == *name).ok_or_else(|| Bad::Unknown {
        place: place(),
        kind: "queue",
        name: name.clone(),
    })
}

fn known_source(scenario: &Scenario, name: Option<&Text>, place: impl Fn() -> String) -> Result<(), Bad> {
    match name {
        Some(name) if !scenario.sources.iter().any(|source| source.name == *name) => {
            Err(Bad::Unknown { place: place(), kind: "source", name: name.clone() })
        }
        _ => Ok(()),
    }
}

fn once<'n>(kind: &'static str, names: impl Iterator<Item = &'n Text>) -> Result<(), Bad> {
    let mut seen = BTreeSet::new();
    for name in names {
        if !seen.insert(name) {
            return Err(Bad::Twice { kind, name: name.clone() });
        }
    }
    Ok(())
}
