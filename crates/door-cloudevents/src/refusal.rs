//! Why a request is not taken, split by what its sender will do.

use serde::Serialize;

/// What is wrong with one event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Which event of the batch, from 0.
    pub index: usize,
    /// The attribute, or `data.` and the key.
    pub attribute: String,
    /// What is wrong with it.
    pub cause: String,
    /// What to do about it.
    pub cure: String,
}

impl Fault {
    pub(crate) fn new(
        attribute: impl Into<String>,
        cause: impl Into<String>,
        cure: impl Into<String>,
    ) -> Self {
        Self { index: 0, attribute: attribute.into(), cause: cause.into(), cure: cure.into() }
    }

    pub(crate) fn at(mut self, index: usize) -> Self {
        self.index = index;
        self
    }
}

/// Why nothing of a request is taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No token, or not one of ours.
    #[error("the bearer token is missing or not known")]
    Token,
    /// The body is not of a kind that is read here.
    #[error("content type {0} is not read here")]
    Media(String),
    /// The body is too long, or holds too many events.
    #[error("{0}")]
    TooLarge(String),
    /// The body did not come in time.
    #[error("the body did not come within {0} s")]
    Slow(u64),
    /// The body can't be read at all.
    #[error("the body can't be read: {0}")]
    Malformed(String),
    /// Events are not as they should be; the first twenty.
    #[error("{} not as it should be", events(.0.len()))]
    Faults(Vec<Fault>),
    /// Events of sources that nobody named.
    #[error("{} from a source that is not known here", events(.0.len()))]
    UnknownSource(Vec<Fault>),
    /// The ids came before, with other bodies.
    #[error("{} before with another body", came(.0.len()))]
    Conflict(Vec<Fault>),
    /// More comes than can be written: a repeat a little later may succeed.
    #[error("more events come than can be written")]
    Busy,
    /// The journal can't write.
    #[error("the journal does not take events: it is full, or its disk fails or is slow")]
    Stalled,
    /// The events were handed over and not seen on disk in time; a repeat is counted once.
    #[error("it is not known yet whether the events are on disk")]
    Unsure,
}

fn events(count: usize) -> String {
    if count == 1 { "an event is".to_owned() } else { format!("{count} events are") }
}

fn came(count: usize) -> String {
    if count == 1 { "an id came".to_owned() } else { format!("{count} ids came") }
}

impl Refusal {
    /// The status of HTTP.
    pub fn status(&self) -> u16 {
        match self {
            Self::Malformed(_) => 400,
            Self::Token => 401,
            Self::UnknownSource(_) => 403,
            Self::Slow(_) => 408,
            Self::Conflict(_) => 409,
            Self::TooLarge(_) => 413,
            Self::Media(_) => 415,
            Self::Faults(_) => 422,
            Self::Busy => 429,
            Self::Stalled | Self::Unsure => 503,
        }
    }

    /// A word for programs; also the label of the metric.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Media(_) => "media_type",
            Self::TooLarge(_) => "too_large",
            Self::Slow(_) => "slow",
            Self::Malformed(_) => "malformed",
            Self::Faults(_) => "invalid",
            Self::UnknownSource(_) => "unknown_source",
            Self::Conflict(_) => "conflict",
            Self::Busy => "busy",
            Self::Stalled => "stalled",
            Self::Unsure => "unsure",
        }
    }

    /// What to do about it.
    pub fn cure(&self) -> &'static str {
        match self {
            Self::Token => "send `Authorization: Bearer TOKEN` with a token of the door's token file",
            Self::Media(_) => {
                "send application/cloudevents+json, application/cloudevents-batch+json, or application/json with ce- \
                 headers"
            }
            Self::TooLarge(_) => "send smaller batches",
            Self::Slow(_) => "send the body at once",
            Self::Malformed(_) => "send JSON as GET /events/schema describes it",
            Self::Faults(_) => "correct the events that are named; nothing of the request was taken",
            Self::UnknownSource(_) => {
                "use the name of a source from events_sources, or add the source there; nothing of the request was taken"
            }
            Self::Conflict(_) => {
                "give a new event an id of its own, and repeat an event as it was; nothing of the request was taken"
            }
            Self::Busy => "repeat the request after the time in Retry-After",
            Self::Stalled => {
                "repeat the request after the time in Retry-After; the operator looks at the disk"
            }
            Self::Unsure => {
                "repeat the request after the time in Retry-After: what was written is counted once"
            }
        }
    }

    /// Seconds until a repeat is worth while, if it is.
    pub fn retry_after_s(&self) -> Option<u32> {
        match self {
            Self::Busy => Some(1),
            Self::Unsure => Some(2),
            Self::Stalled => Some(5),
            _ => None,
        }
    }

    /// The events at fault.
    pub fn faults(&self) -> &[Fault] {
        match self {
            Self::Faults(faults) | Self::UnknownSource(faults) | Self::Conflict(faults) => faults,
            _ => &[],
        }
    }
}
