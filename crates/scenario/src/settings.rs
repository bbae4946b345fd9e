//! What a contact centre is made of and how it behaves; read from TOML, a typo is an error.

use model::Text;
use model::snapshot::DnType;
use model::tenant::Capacity;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;

use crate::error::Bad;
use crate::media::Interactions;

/// A whole contact centre.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// The tenant's name.
    pub tenant: Text,
    /// IANA name or `+hh:mm`, for the tenant: resets of the day's values follow it.
    #[serde(default = "utc")]
    pub time_zone: Text,
    /// How far the clock on the wall is ahead of UTC, `+hh:mm`; shifts and the daily curve follow it.
    #[serde(default = "no_offset")]
    pub utc_offset: Text,
    /// The SIP Servers that report the centre. Calls stay within their source.
    #[serde(rename = "source")]
    pub sources: Vec<Source>,
    /// Factor on the arrivals for each local hour, 0 to 23; straight lines between them.
    #[serde(default = "flat_day")]
    pub daily_curve: Vec<f64>,
    /// Factor on the arrivals of Saturdays and Sundays.
    #[serde(default = "one")]
    pub weekend: f64,
    /// Where calls wait.
    #[serde(rename = "queue")]
    pub queues: Vec<Queue>,
    /// Who answers.
    #[serde(rename = "team")]
    pub teams: Vec<Team>,
    /// When people work.
    #[serde(rename = "shift")]
    pub shifts: Vec<Shift>,
    /// Why people are not ready.
    #[serde(default, rename = "pause")]
    pub pauses: Vec<Pause>,
    /// What people do during a call, and how often.
    #[serde(default)]
    pub habits: Habits,
    /// Groups of queues by name, with the names of their queues.
    #[serde(default)]
    pub queue_groups: BTreeMap<Text, Vec<Text>>,
    /// What goes wrong between the centre and its readers.
    #[serde(default)]
    pub faults: Faults,
    /// Chats, e-mails and other media, if there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interactions: Option<Interactions>,
}

/// A SIP Server: it numbers its own records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// As in records.
    pub name: Text,
    /// Its switch.
    pub switch: Text,
    /// The source that tells of the virtual queues of this switch instead: a SIP-VQ, with a numbering of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub virtual_queues: Option<Text>,
}

/// A queue, with what its callers are like.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Queue {
    /// For people, and for other settings to refer to.
    pub name: Text,
    /// The DN.
    pub number: Text,
    /// `Queue`, or `VirtualQueue`: then the call waits on the route point, and here at once.
    #[serde(default = "plain_queue")]
    pub kind: DnType,
    /// The route point that calls come through; needed by a virtual queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route_point: Option<Text>,
    /// Its source; the first one if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Text>,
    /// Poisson arrivals an hour at a factor of 1.
    pub calls_per_hour: f64,
    /// Mean of the lognormal talk time.
    #[serde(with = "crate::spans", default = "talk")]
    pub talk: Duration,
    /// Mean of the lognormal wrap-up.
    #[serde(with = "crate::spans", default = "wrap_up")]
    pub wrap_up: Duration,
    /// Mean of the exponential patience of waiting callers.
    #[serde(with = "crate::spans", default = "patience")]
    pub patience: Duration,
    /// The service level: answered in less than this counts as in time.
    #[serde(with = "crate::spans", default = "target")]
    pub target: Duration,
    /// Calls that still wait then go elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overflow: Option<Overflow>,
    /// Calls that still wait then are sent away (to a mailbox).
    #[serde(with = "crate::spans::option", default, skip_serializing_if = "Option::is_none")]
    pub time_out: Option<Duration>,
    /// Share of the callers who ask for a call-back by a key after some waiting.
    #[serde(default)]
    pub call_back: f64,
    /// Calls are sent away while nobody who serves the queue is logged in.
    #[serde(default)]
    pub leave_when_empty: bool,
    /// Extra load that comes and goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub surge: Option<Surge>,
}

/// Where calls go that wait too long.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Overflow {
    /// The name of a queue of the same kind and source.
    pub to: Text,
    /// How long they wait before. From a queue a call moves; from a virtual queue it waits in both.
    #[serde(with = "crate::spans")]
    pub after: Duration,
}

/// Extra load: in every period of `every`, the arrivals of its first `lasts` are multiplied.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Surge {
    /// The period, counted from the epoch.
    #[serde(with = "crate::spans")]
    pub every: Duration,
    /// How much of it has the extra load.
    #[serde(with = "crate::spans")]
    pub lasts: Duration,
    /// What the arrivals are multiplied with.
    pub factor: f64,
}

/// A team of agents; it becomes an agent group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Team {
    /// For people.
    pub name: Text,
    /// How many.
    pub agents: usize,
    /// Its source; the first one if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Text>,
    /// Queues by name that everyone in the team serves.
    pub queues: Vec<Text>,
    /// Queues by name that half of the team serves as well.
    #[serde(default)]
    pub also: Vec<Text>,
    /// Names of the shifts, dealt out in turn.
    pub shifts: Vec<Text>,
    /// The capacity rule of everyone in the team: by medium, how many interactions at once.
    #[serde(default, skip_serializing_if = "Capacity::is_empty")]
    pub capacity: Capacity,
}

/// When people work, by the local clock; a shift may pass midnight.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shift {
    /// For teams to refer to.
    pub name: Text,
    /// `hh:mm`.
    pub from: Text,
    /// `hh:mm`; `24:00` is the end of the day.
    pub to: Text,
}

/// Why somebody is not ready.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pause {
    /// The reason code: Lunch, Break ...
    pub reason: Text,
    /// Mean time from one to the next of an agent at work.
    #[serde(with = "crate::spans")]
    pub every: Duration,
    /// Mean length (lognormal).
    #[serde(with = "crate::spans")]
    pub lasts: Duration,
}

/// What people do, as probabilities for each occasion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Habits {
    /// Mean ringing before an agent answers.
    #[serde(with = "crate::spans")]
    pub answer: Duration,
    /// An offer that nobody answers is taken back after this.
    #[serde(with = "crate::spans")]
    pub no_answer: Duration,
    /// An offer is not answered.
    pub misses: f64,
    /// An offer is refused at once.
    pub refuses: f64,
    /// A stretch of talk leads to a hold.
    pub holds: f64,
    /// A stretch of talk ends in a blind transfer.
    pub blind_transfers: f64,
    /// A stretch of talk leads to a consultation with a colleague.
    pub consults: f64,
    /// A call is followed by after-call work.
    pub wraps: f64,
    /// After-call work is pressed before the call ends.
    pub early_wraps: f64,
    /// Calls that a ready agent dials in an hour, to customers.
    pub outbound_per_hour: f64,
    /// Calls that a ready agent dials in an hour, to colleagues.
    pub internal_per_hour: f64,
    /// Calls carry user data, and the numbers of the caller and of the line.
    pub attached_data: bool,
    /// A waiting call in a virtual queue reports itself so often; never if absent.
    #[serde(with = "crate::spans::option", skip_serializing_if = "Option::is_none")]
    pub heartbeat: Option<Duration>,
}

/// What goes wrong with the links; times are counted from the start.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Faults {
    /// A source loses its switch: nothing is reported, then a snapshot.
    pub link_losses: Vec<Outage>,
    /// Records are lost for good: a new epoch, a gap, a snapshot.
    pub gaps: Vec<Outage>,
}

/// A stretch of time in which a source is blind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outage {
    /// The source; the first one if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Text>,
    /// When it begins.
    #[serde(with = "crate::spans")]
    pub at: Duration,
    /// How long it lasts.
    #[serde(with = "crate::spans")]
    pub lasts: Duration,
}

impl Scenario {
    /// Reads and checks a scenario; the error names the place and the cure.
    pub fn from_toml(text: &str) -> Result<Self, Bad> {
        let scenario: Self = toml::from_str(text).map_err(|cause| Bad::Toml(cause.to_string()))?;
        crate::plan::check(&scenario)?;
        Ok(scenario)
    }
}

impl Default for Habits {
    fn default() -> Self {
        Self {
            answer: Duration::from_secs(5),
            no_answer: Duration::from_secs(18),
            misses: 0.015,
            refuses: 0.005,
            holds: 0.12,
            blind_transfers: 0.04,
            consults: 0.06,
            wraps: 0.9,
            early_wraps: 0.03,
            outbound_per_hour: 0.3,
            internal_per_hour: 0.2,
            attached_data: true,
            heartbeat: None,
        }
    }
}

fn utc() -> Text {
    Text::const_new("UTC")
}

fn no_offset() -> Text {
    Text::const_new("+00:00")
}

fn flat_day() -> Vec<f64> {
    vec![1.0; 24]
}

fn one() -> f64 {
    1.0
}

fn plain_queue() -> DnType {
    DnType::Queue
}

fn talk() -> Duration {
    Duration::from_secs(240)
}

fn wrap_up() -> Duration {
    Duration::from_secs(40)
}

fn patience() -> Duration {
    Duration::from_secs(150)
}

fn target() -> Duration {
    Duration::from_secs(20)
}
