//! What W asks for, as statistics of the engine, and the comparison with what the loop tells.

use super::records::{START, SWITCH, agent_id, queue_number};
use super::reference::{Field, Values};
use super::{AGENTS, Kind, QUEUES, State};
use engine::Engine;
use model::object::ObjectIx;
use model::{Micros, Object, ObjectType, Text};
use stats::{Content, Library, LibraryError};

/// The statistics: (request, objects, category, main mask, subject, profile).
const STATISTICS: [(&str, &str, &str, &str, &str, &str); 15] = [
    ("entered", "Queue", "TotalNumber", "CallEntered", "DNAction", "Window"),
    ("answered", "Queue", "TotalNumber", "CallAnswered", "DNAction", "Window"),
    ("abandoned", "Queue", "TotalNumber", "CallAbandoned", "DNAction", "Window"),
    ("in time", "Queue", "TotalNumberInTimeRange", "CallAnswered", "DNAction", "Window"),
    ("waits", "Queue", "TotalTime", "CallAnswered", "DNAction", "Window"),
    ("waiting", "Queue", "CurrentNumber", "CallWait", "DNAction", "Day"),
    ("calls", "Agent", "TotalNumber", "CallInboundCompleted", "DNAction", "Window"),
    ("talk", "Agent", "TotalTime", "CallInboundCompleted", "DNAction", "Window"),
    ("ready", "Agent", "TotalTime", "WaitForNextCall", "AgentStatus", "Day"),
    ("talking", "Agent", "TotalTime", "CallInbound", "AgentStatus", "Day"),
    ("wrapping", "Agent", "TotalTime", "AfterCallWork", "AgentStatus", "Day"),
    ("not ready", "Agent", "TotalTime", "NotReadyForNextCall", "AgentStatus", "Day"),
    ("all entered", "GroupQueues", "TotalNumber", "CallEntered", "DNAction", "Day"),
    ("all answered", "GroupQueues", "TotalNumber", "CallAnswered", "DNAction", "Day"),
    ("all abandoned", "GroupQueues", "TotalNumber", "CallAbandoned", "DNAction", "Day"),
];

/// Statistics of queues whose values are told at every step.
const OF_QUEUES: std::ops::Range<usize> = 0..6;
/// The same of agents.
const OF_AGENTS: std::ops::Range<usize> = 6..8;
/// Agents' time by state, in the order of [`State`].
const BY_STATE: std::ops::Range<usize> = 8..12;
/// Sums over all queues.
const TOTALS: std::ops::Range<usize> = 12..15;

/// The library that asks for it.
///
/// # Errors
/// None, as long as the table above is well written.
pub fn library() -> Result<Library, LibraryError> {
    Library::from_toml(&definitions())
}

/// The same as a file of statistics.
pub fn definitions() -> String {
    let mut text = String::from(
        "[time_profiles]\nWindow = \"Sliding 900:10\"\nDay = \"Growing 0:00\"\n[time_ranges]\nDefault = \"0-20\"\n",
    );
    for (name, objects, category, mask, subject, profile) in STATISTICS {
        text += &format!(
            "[stat_types.\"{name}\"]\nObjects = [\"{objects}\"]\nCategory = \"{category}\"\n\
             Subject = \"{subject}\"\nMainMask = \"{mask}\"\n\
             [[statistic]]\nname = \"{name}\"\nstat_type = \"{name}\"\nobjects = [\"*\"]\n\
             time_profile = \"{profile}\"\n"
        );
    }
    text
}

/// The type of the objects that a statistic of W is asked for.
///
/// # Panics
/// If W has no such statistic.
pub fn object_type(name: &str) -> ObjectType {
    let row = STATISTICS.iter().find(|row| row.0 == name).expect("a statistic of W");
    ObjectType::parse(row.1).expect("a type's name")
}

/// Where the rows of W are in an engine that has taken in the logins.
#[derive(Debug)]
pub struct Rows {
    queues: Vec<ObjectIx>,
    agents: Vec<ObjectIx>,
    all: ObjectIx,
}

impl Rows {
    /// Finds them; `None` if an object is not there.
    pub fn find(engine: &Engine) -> Option<Self> {
        let find = |kind, id: Text| engine.directory().find(&Object::new(kind, id));
        let queue = |ix| find(ObjectType::Queue, Text::from(format!("{}@{SWITCH}", queue_number(ix))));
        Some(Self {
            queues: (0..QUEUES).map(queue).collect::<Option<_>>()?,
            agents: (0..AGENTS).map(|ix| find(ObjectType::Agent, agent_id(ix))).collect::<Option<_>>()?,
            all: find(ObjectType::GroupQueues, "All".into())?,
        })
    }

    /// How many values are told at every step.
    pub const TOLD: usize = QUEUES * OF_QUEUES.end + AGENTS * 2;

    /// The values that are told at every step: of each queue, then of each agent.
    pub fn read(&self, engine: &Engine, at_ms: u32, out: &mut Vec<f64>) {
        out.clear();
        let at = instant(at_ms);
        let statistics = engine.statistics();
        for statistic in &statistics[OF_QUEUES] {
            out.extend(self.queues.iter().map(|ix| number(statistic.read(*ix, at))));
        }
        for statistic in &statistics[OF_AGENTS] {
            out.extend(self.agents.iter().map(|ix| number(statistic.read(*ix, at))));
        }
    }

    /// The values that are told at the end: agents' time by state, then totals.
    pub fn read_at_end(&self, engine: &Engine, at_ms: u32) -> Vec<f64> {
        let at = instant(at_ms);
        let statistics = engine.statistics();
        let by_state = statistics[BY_STATE].iter();
        let by_state =
            by_state.flat_map(|statistic| self.agents.iter().map(|ix| number(statistic.read(*ix, at))));
        let totals = statistics[TOTALS].iter().map(|statistic| number(statistic.read(self.all, at)));
        by_state.chain(totals).collect()
    }
}

/// The loop's values in the order of [`Rows::read`].
pub fn expected(values: &Values<'_>) -> Vec<f64> {
    let fields =
        [Field::Entered, Field::Answered, Field::Abandoned, Field::AnsweredInTime, Field::WaitSeconds];
    let queues = fields.iter().flat_map(|field| values.queues.iter().map(|cell| cell[*field as usize]));
    let waiting = values.waiting.iter().copied();
    let agents = (0..2).flat_map(|field| values.agents.iter().map(move |cell| cell[field]));
    queues.chain(waiting).chain(agents).map(f64::from).collect()
}

/// The loop's values in the order of [`Rows::read_at_end`].
pub fn expected_at_end(values: &Values<'_>) -> Vec<f64> {
    let states = [State::Ready, State::Talk, State::AfterCallWork, State::NotReady];
    let seconds = states
        .iter()
        .flat_map(|state| (0..AGENTS).map(|agent| f64::from(values.state_seconds(agent)[*state as usize])));
    let kinds = [Kind::Entered, Kind::Answered, Kind::Abandoned];
    let totals = kinds.iter().map(|kind| values.by_kind[*kind as usize] as f64);
    seconds.chain(totals).collect()
}

/// A moment of W on the clock of the records.
pub fn instant(at_ms: u32) -> Micros {
    START + Micros::from_millis(i64::from(at_ms))
}

fn number(value: Option<stats::Value>) -> f64 {
    match value.map(|value| value.content) {
        Some(Content::Number(number)) => number,
        Some(Content::State(_)) | None => f64::NAN,
    }
}
