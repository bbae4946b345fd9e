//! The Interaction Server's side of a scenario, checked and resolved.

use super::settings::{InteractionQueue, Interactions};
use crate::error::Bad;
use crate::settings::Scenario;
use model::Text;
use std::collections::BTreeSet;

/// A queue with its names resolved.
#[derive(Clone, Debug)]
pub(crate) struct QueuePlan {
    pub(crate) set: InteractionQueue,
    /// Places of its teams in the list of teams.
    pub(crate) teams: BTreeSet<usize>,
    /// The queue that it hands on to.
    pub(crate) to: Option<usize>,
}

/// The queues in the order of the scenario.
pub(crate) fn queues(scenario: &Scenario, set: &Interactions) -> Vec<QueuePlan> {
    let plans = set.queues.iter().map(|queue| QueuePlan {
        teams: (0..scenario.teams.len())
            .filter(|team| queue.teams.contains(&scenario.teams[*team].name))
            .collect(),
        to: queue.to.as_ref().and_then(|name| set.queues.iter().position(|other| other.name == *name)),
        set: queue.clone(),
    });
    plans.collect()
}

/// Refuses what can't be played.
pub(crate) fn check(scenario: &Scenario) -> Result<(), Bad> {
    if scenario.teams.iter().flat_map(|team| team.capacity.values()).any(|most| *most == 0) {
        let cause = "a capacity is at least 1; leave out a medium that the team does not serve";
        return Err(Bad::Value { place: "team".into(), cause });
    }
    let Some(set) = &scenario.interactions else { return Ok(()) };
    if set.queues.is_empty() {
        return Err(Bad::Missing { what: "interactions.queue" });
    }
    let mut sources: Vec<&Text> = scenario.sources.iter().map(|source| &source.name).collect();
    sources.push(&set.source.name);
    sources.extend(set.virtual_source.iter().map(|source| &source.name));
    once("source", sources)?;
    let bins = set.queues.iter().filter_map(|queue| queue.workbin.as_ref()).map(|bin| &bin.name);
    once("interaction queue", set.queues.iter().map(|queue| &queue.name).chain(bins))?;
    once("virtual queue", set.queues.iter().filter_map(|queue| queue.virtual_queue.as_ref()))?;
    set.queues.iter().try_for_each(|queue| check_queue(scenario, set, queue))
}

fn check_queue(scenario: &Scenario, set: &Interactions, queue: &InteractionQueue) -> Result<(), Bad> {
    let place = || format!("the interaction queue {:?}", queue.name);
    let bad = |cause| Err(Bad::Value { place: place(), cause });
    let kept = queue.workbin.as_ref().map_or(0.0, |bin| bin.share);
    if !(0.0..=1e7).contains(&queue.per_hour) {
        return bad("per_hour lies between 0 and 10 million");
    }
    if [queue.moves, kept, queue.moves + kept].iter().any(|share| !(0.0..=1.0).contains(share)) {
        return bad("shares lie between 0 and 1, also `moves` and that of the workbin together");
    }
    if queue.handle.is_zero() || queue.patience.is_some_and(|patience| patience.is_zero()) {
        return bad("handle and patience must be longer than nothing");
    }
    if queue.virtual_queue.is_some() && set.virtual_source.is_none() {
        return bad("a virtual_queue needs the virtual_source that tells of it");
    }
    for name in &queue.teams {
        match scenario.teams.iter().find(|team| team.name == *name) {
            None => return Err(Bad::Unknown { place: place(), kind: "team", name: name.clone() }),
            Some(team) if !team.capacity.contains_key(&queue.media) => {
                return bad("each of its teams needs a capacity for its medium");
            }
            Some(_) => {}
        }
    }
    let to = queue.to.as_ref().map(|name| (name, set.queues.iter().find(|other| other.name == *name)));
    match to {
        None if queue.moves > 0.0 => bad("`moves` needs `to`"),
        Some((name, None)) => {
            Err(Bad::Unknown { place: place(), kind: "interaction queue", name: name.clone() })
        }
        Some((_, Some(other))) if other.name == queue.name || other.media != queue.media => {
            bad("`to` is another queue of the same medium")
        }
        _ => Ok(()),
    }
}

fn once<'n>(kind: &'static str, names: impl IntoIterator<Item = &'n Text>) -> Result<(), Bad> {
    let mut seen = BTreeSet::new();
    match names.into_iter().find(|name| !seen.insert(*name)) {
        Some(name) => Err(Bad::Twice { kind, name: name.clone() }),
        None => Ok(()),
    }
}
