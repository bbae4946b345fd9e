//! Centres of any size, for tests and load.

use crate::settings::{Faults, Habits, Pause, Queue, Scenario, Shift, Source, Team};
use model::Text;
use model::snapshot::DnType;
use std::collections::BTreeMap;
use std::time::Duration;

impl Scenario {
    /// A busy centre round the clock with that many agents and queues: each agent serves up to three queues, each
    /// third queue is a virtual one, and every queue gets calls for nine tenths of its agents' time.
    pub fn sized(agents: usize, queues: usize) -> Self {
        let queues = queues.max(1);
        let teams = queues.min(agents.max(1));
        let talk_and_wrap = 280.0;
        let calls_per_hour = 0.9 * agents as f64 * 3600.0 / talk_and_wrap / queues as f64;
        let shift = Shift { name: "always".into(), from: "00:00".into(), to: "24:00".into() };
        Self {
            tenant: "sized".into(),
            time_zone: "UTC".into(),
            utc_offset: "+00:00".into(),
            sources: vec![Source { name: "sip1".into(), switch: "sw1".into(), virtual_queues: None }],
            daily_curve: vec![1.0; 24],
            weekend: 1.0,
            queues: (0..queues).map(|ix| queue(ix, queues, calls_per_hour)).collect(),
            teams: (0..teams).map(|ix| team(ix, teams, agents, queues)).collect(),
            shifts: vec![shift],
            pauses: pauses(),
            habits: Habits::default(),
            queue_groups: BTreeMap::new(),
            faults: Faults::default(),
            interactions: None,
        }
    }
}

fn queue_name(ix: usize) -> Text {
    Text::from(format!("Queue {:03}", ix + 1))
}

fn queue(ix: usize, queues: usize, calls_per_hour: f64) -> Queue {
    let is_virtual = ix % 3 == 2;
    // Route points, plain queues and virtual ones: three blocks of numbers that never meet.
    let block = 10_usize.pow(queues.max(900).ilog10() + 1);
    let prefix = if is_virtual { 8 } else { 9 };
    Queue {
        name: queue_name(ix),
        number: Text::from(format!("{}", prefix * block + ix)),
        kind: if is_virtual { DnType::VirtualQueue } else { DnType::Queue },
        route_point: (!ix.is_multiple_of(3)).then(|| Text::from(format!("{}", 7 * block + ix))),
        source: None,
        calls_per_hour,
        talk: Duration::from_secs(240),
        wrap_up: Duration::from_secs(40),
        patience: Duration::from_secs(150),
        target: Duration::from_secs(20),
        overflow: None,
        time_out: Some(Duration::from_secs(600)),
        call_back: 0.01,
        leave_when_empty: false,
        surge: None,
    }
}

fn team(ix: usize, teams: usize, agents: usize, queues: usize) -> Team {
    let served = (ix..queues).step_by(teams).map(queue_name);
    let neighbours = (1..3).map(|step| queue_name((ix + step) % queues));
    Team {
        name: Text::from(format!("Team {:03}", ix + 1)),
        agents: agents / teams + usize::from(ix < agents % teams),
        source: None,
        queues: served.collect(),
        also: neighbours.collect(),
        shifts: vec!["always".into()],
        capacity: BTreeMap::new(),
    }
}

fn pauses() -> Vec<Pause> {
    let pause = |reason: &str, every: u64, lasts: u64| Pause {
        reason: reason.into(),
        every: Duration::from_secs(every * 60),
        lasts: Duration::from_secs(lasts * 60),
    };
    vec![pause("Break", 120, 10), pause("Lunch", 420, 30), pause("Meeting", 400, 20)]
}
