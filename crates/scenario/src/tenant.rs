//! The tenant that describes the centre (contracts, part 6).

use crate::media::InteractionQueue;
use crate::plan::{Person, Plan};
use model::Text;
use model::snapshot::DnType;
use model::tenant::{Agent, AgentGroup, Dn, Place, QueueGroup, Source, StagingArea, Tenant};
use std::collections::BTreeSet;

/// All DNs, seats, agents and groups of the centre.
pub(crate) fn describe(plan: &Plan) -> Tenant {
    let set = &plan.scenario;
    let source = |ix: usize| &plan.sources[ix];
    let full = |number: &Text, ix: usize| Text::from(format!("{number}@{}", source(ix).switch));
    let dn = |number: &Text, kind, name: &Text, ix: usize| Dn {
        number: number.clone(),
        switch: source(ix).switch.clone(),
        kind,
        name: Some(name.clone()),
        source: shares_switch(plan, ix).then(|| source(ix).name.clone()),
        use_alt_enter_time: None,
        vq_stuck_check: None,
    };
    let mediation = plan.dns.iter().map(|it| dn(&it.number, it.kind, &it.name, it.source));
    let phones = plan.people.iter().map(|who| dn(&who.dn, DnType::Extension, &who.name, who.source));
    Tenant {
        tenant: set.tenant.clone(),
        time_zone: set.time_zone.clone(),
        sources: sources(plan),
        dns: mediation.chain(phones).chain(virtual_queues(plan)).collect(),
        places: plan
            .people
            .iter()
            .map(|who| Place {
                name: seat_name(who),
                dns: vec![full(&who.dn, who.source)],
                ..Place::default()
            })
            .collect(),
        agents: plan.people.iter().map(|who| agent(plan, who)).collect(),
        agent_groups: agent_groups(plan, &full),
        queue_groups: queue_groups(plan, &full),
        staging_areas: areas(plan, |queue| Some(&queue.name)),
        workbins: areas(plan, |queue| queue.workbin.as_ref().map(|bin| &bin.name)),
        ..Tenant::default()
    }
}

/// The place of a person.
pub(crate) fn seat_name(who: &Person) -> Text {
    Text::from(format!("Seat {}", who.dn))
}

/// SIP Servers, then Interaction Servers.
fn sources(plan: &Plan) -> Vec<Source> {
    let media = plan.scenario.interactions.iter();
    let media = media.flat_map(|set| std::iter::once(&set.source).chain(&set.virtual_source));
    let all = plan.sources.iter().chain(media);
    all.map(|it| Source { name: it.name.clone(), switch: it.switch.clone() }).collect()
}

/// The virtual queues of interactions.
fn virtual_queues(plan: &Plan) -> impl Iterator<Item = Dn> + '_ {
    let set = plan.scenario.interactions.iter();
    let teller = set.clone().filter_map(|set| set.virtual_source.as_ref()).next();
    set.flat_map(|set| &set.queues).filter_map(move |queue| {
        Some(Dn {
            number: queue.virtual_queue.clone()?,
            switch: teller?.switch.clone(),
            kind: DnType::VirtualQueue,
            name: Some(Text::from(format!("{} virtual queue", queue.name))),
            source: None,
            use_alt_enter_time: None,
            vq_stuck_check: None,
        })
    })
}

fn areas<'p>(plan: &'p Plan, name: impl Fn(&'p InteractionQueue) -> Option<&'p Text>) -> Vec<StagingArea> {
    let queues = plan.scenario.interactions.iter().flat_map(|set| &set.queues);
    queues.filter_map(name).map(|name| StagingArea { name: name.clone() }).collect()
}

fn shares_switch(plan: &Plan, ix: usize) -> bool {
    let sources = &plan.sources;
    sources.iter().filter(|other| other.switch == sources[ix].switch).count() > 1
}

fn agent(plan: &Plan, who: &Person) -> Agent {
    let (id, name, skills) = (who.id.clone(), Some(who.name.clone()), who.skills.clone());
    let capacity = plan.scenario.teams[who.team].capacity.clone();
    Agent { id, name, skills, capacity }
}

/// One group for each team, with every mediation DN that its members serve.
fn agent_groups(plan: &Plan, full: &impl Fn(&Text, usize) -> Text) -> Vec<AgentGroup> {
    let teams = plan.scenario.teams.iter().enumerate();
    let group = teams.map(|(ix, team)| {
        let members = || plan.people.iter().filter(move |who| who.team == ix);
        let queues: BTreeSet<usize> = members().flat_map(|who| who.queues.iter().copied()).collect();
        let queues = queues.into_iter().map(|queue| &plan.queues[queue]);
        // A plain queue's agents log in to it; its route point never hands a call to anyone.
        let dns: BTreeSet<usize> = queues
            .flat_map(|queue| [Some(queue.dn), queue.route_point.filter(|_| queue.is_virtual())])
            .flatten()
            .collect();
        AgentGroup {
            name: team.name.clone(),
            agents: members().map(|who| who.id.clone()).collect(),
            script: None,
            origination_dns: dns
                .into_iter()
                .map(|dn| full(&plan.dns[dn].number, plan.dns[dn].source))
                .collect(),
        }
    });
    group.collect()
}

/// The groups of the settings, and one of all queues.
fn queue_groups(plan: &Plan, full: &impl Fn(&Text, usize) -> Text) -> Vec<QueueGroup> {
    let dn = |queue: usize| &plan.dns[plan.queues[queue].dn];
    let number = |queue: usize| full(&dn(queue).number, dn(queue).source);
    let all =
        QueueGroup { name: Text::const_new("All queues"), dns: (0..plan.queues.len()).map(number).collect() };
    let named = plan.scenario.queue_groups.iter().map(|(name, members)| QueueGroup {
        name: name.clone(),
        dns: (0..plan.queues.len())
            .filter(|queue| members.contains(&plan.queues[*queue].set.name))
            .map(number)
            .collect(),
    });
    std::iter::once(all).chain(named).collect()
}
