//! Hires the agents: names, phones, skills, shifts.

use super::{Person, source_ix};
use crate::chance::Chance;
use crate::names;
use crate::settings::{Scenario, Team};
use model::Text;
use std::collections::BTreeMap;

/// Everyone, team by team.
pub(crate) fn hire(scenario: &Scenario, chance: &mut Chance) -> Vec<Person> {
    let count = scenario.teams.iter().map(|team| team.agents).sum();
    let names = names::people(count, chance);
    // Ids and phones of one width, so that they sort as they count.
    let base = 10_usize.pow(count.max(900).ilog10() + 1);
    let mut people = Vec::with_capacity(count);
    for (team_ix, team) in scenario.teams.iter().enumerate() {
        for place in 0..team.agents {
            let number = people.len() + 1;
            let (queues, skills) = training(scenario, team, place, chance);
            people.push(Person {
                id: Text::from(format!("E{}", base + number)),
                name: Text::from(names[people.len()].as_str()),
                dn: Text::from(format!("{}", 2 * base + number)),
                source: source_ix(scenario, team.source.as_ref()),
                team: team_ix,
                shift: shift(scenario, team, place),
                queues,
                skills,
            });
        }
    }
    people
}

fn shift(scenario: &Scenario, team: &Team, place: usize) -> usize {
    let name = &team.shifts[place % team.shifts.len()];
    scenario.shifts.iter().position(|shift| shift.name == *name).unwrap_or(0)
}

/// The queues that one agent serves, and the skills that say so.
fn training(
    scenario: &Scenario,
    team: &Team,
    place: usize,
    chance: &mut Chance,
) -> (Vec<usize>, BTreeMap<Text, i64>) {
    let mut queues = Vec::new();
    let mut skills = BTreeMap::new();
    let mut learn = |name: &Text, level: usize| {
        let queue = scenario.queues.iter().position(|queue| queue.name == *name).unwrap_or(0);
        if !queues.contains(&queue) {
            queues.push(queue);
            skills.insert(name.clone(), level as i64);
        }
    };
    for name in &team.queues {
        learn(name, 6 + chance.below(5));
    }
    // Every second agent, across the shifts that are dealt out in turn.
    if (place / team.shifts.len()) % 2 == 1 {
        for name in &team.also {
            learn(name, 2 + chance.below(5));
        }
    }
    for (language, share) in [("English", 1.0), ("Spanish", 0.3), ("German", 0.25), ("French", 0.2)] {
        if chance.happens(share) {
            skills.insert(Text::from(language), 5 + chance.below(6) as i64);
        }
    }
    queues.sort_unstable();
    (queues, skills)
}
