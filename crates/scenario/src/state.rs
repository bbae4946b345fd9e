//! The moving parts of the centre: agents, calls, and what is due when.

use crate::truth::AgentTally;
use model::record::{CallType, KeyValues};
use model::{Micros, Status, Text};

/// A call; unique in the tenant for as long as the world lives.
pub(crate) type Conn = u64;

/// What an agent told the switch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    LoggedOut,
    Ready,
    NotReady(Text),
    Wrap,
}

/// An agent at work, or at home.
#[derive(Clone, Debug)]
pub(crate) struct Agent {
    pub(crate) phase: Phase,
    pub(crate) phase_since: Micros,
    /// Rises with each change of phase; what was planned for an earlier one is void.
    pub(crate) step: u32,
    /// Rises with each login.
    pub(crate) login: u32,
    /// The calls on the phone: at most a call and a consultation.
    pub(crate) calls: Vec<Conn>,
    /// The key under which the agent stands in the lists of idle agents.
    pub(crate) idle_since: Option<Micros>,
    /// The pause to take as soon as there is no call.
    pub(crate) wants: Option<usize>,
    /// The shift is over: to log out as soon as there is no call.
    pub(crate) leaving: bool,
    /// After-call work was pressed during the call.
    pub(crate) early_wrap: bool,
    pub(crate) tally: AgentTally,
}

impl Agent {
    pub(crate) fn new(start: Micros) -> Self {
        Self {
            phase: Phase::LoggedOut,
            phase_since: start,
            step: 0,
            login: 0,
            calls: Vec::new(),
            idle_since: None,
            wants: None,
            leaving: false,
            early_wrap: false,
            tally: AgentTally::new(start),
        }
    }

    pub(crate) fn is_logged_in(&self) -> bool {
        self.phase != Phase::LoggedOut
    }
}

/// A call, or one half of a consultation.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// Its name in records.
    pub(crate) id: Text,
    pub(crate) kind: CallType,
    pub(crate) source: usize,
    /// The customer's number; none between colleagues.
    pub(crate) customer: Option<Text>,
    /// The queue that it waits in, or came through last.
    pub(crate) queue: usize,
    pub(crate) stage: Stage,
    /// Rises with each change of stage; what was planned for an earlier one is void.
    pub(crate) step: u32,
    /// When the caller's patience ends.
    pub(crate) gives_up: Micros,
    /// Queues in whose waiting lists it stands, each with its key there.
    pub(crate) waits_in: Vec<(usize, Micros)>,
    /// Visits to mediation DNs that have no outcome, or whose answered call goes on.
    pub(crate) visits: Vec<Visit>,
    /// The agents on it.
    pub(crate) legs: Vec<Leg>,
    /// The customer's call for which this is the consultation.
    pub(crate) parent: Option<Conn>,
    pub(crate) data: Option<Box<KeyValues>>,
}

impl Call {
    /// The leg of that agent.
    pub(crate) fn leg(&self, agent: usize) -> Option<&Leg> {
        self.legs.iter().find(|leg| leg.agent == agent)
    }
}

/// Where a call stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// On a route point, on the way to a queue.
    Routing,
    /// In a queue.
    Waiting,
    /// A phone rings.
    Ringing,
    /// People talk; in a conference, several agents.
    Talking,
    /// The customer is on hold; the agent may be in a consultation.
    Held,
}

/// A call at a mediation DN.
#[derive(Clone, Debug)]
pub(crate) struct Visit {
    pub(crate) dn: usize,
    pub(crate) entered: Micros,
    pub(crate) state: VisitState,
}

/// How far a visit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum VisitState {
    Waiting,
    Offered(usize),
    Answered(usize),
}

/// An agent's part in a call.
#[derive(Clone, Debug)]
pub(crate) struct Leg {
    pub(crate) agent: usize,
    pub(crate) state: LegPhase,
    /// Since when it is in that state.
    pub(crate) since: Micros,
    /// When the call of the present kind was answered on this phone.
    pub(crate) talks_since: Option<Micros>,
    /// The answer that the queue counts from; not moved by a change of kind.
    pub(crate) answered_at: Option<Micros>,
    /// The mediation DN that brought the call.
    pub(crate) via: Option<usize>,
    /// When the call entered that one.
    pub(crate) queued_since: Option<Micros>,
    /// It rings after a transfer.
    pub(crate) transferred: bool,
}

impl Leg {
    pub(crate) fn new(agent: usize, state: LegPhase, at: Micros) -> Self {
        Self {
            agent,
            state,
            since: at,
            talks_since: None,
            answered_at: None,
            via: None,
            queued_since: None,
            transferred: false,
        }
    }

    /// What the leg by itself makes of its agent.
    pub(crate) fn status(&self, kind: &CallType) -> Status {
        match (self.state, kind) {
            (LegPhase::Dialing, _) => Status::CallDialing,
            (LegPhase::Ringing, _) => Status::CallRinging,
            (LegPhase::Held, _) => Status::CallOnHold,
            (LegPhase::Talking, CallType::Inbound) => Status::CallInbound,
            (LegPhase::Talking, CallType::Outbound) => Status::CallOutbound,
            (LegPhase::Talking, CallType::Internal) => Status::CallInternal,
            (LegPhase::Talking, CallType::Consult) => Status::CallConsult,
            (LegPhase::Talking, CallType::Unknown | CallType::Other(_)) => Status::CallUnknown,
        }
    }
}

/// What an agent's phone does for a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LegPhase {
    Dialing,
    Ringing,
    Talking,
    Held,
}

/// What is to happen. Numbers after a call or an agent are the step that it was planned in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Due {
    /// A call may arrive for the queue.
    Arrive(usize),
    /// The route point sends the call on.
    Routed(Conn, u32),
    /// A waiting call looks for an agent.
    Match(usize),
    /// An idle agent looks for a call.
    Seek(usize, u32),
    /// The caller's patience ends, if it still ends then.
    GiveUp(Conn),
    Overflow(Conn, u32),
    TimeOut(Conn, u32),
    CallBack(Conn, u32),
    Heartbeat(Conn, u32),
    Answer(Conn, u32),
    NoAnswer(Conn, u32),
    /// The stretch of talk is over and something follows.
    Act(Conn, u32, Act),
    Wrapped(usize, u32),
    Back(usize, u32),
    /// After login `.1`, pause `.2` of the list is due.
    Pause(usize, u32, usize),
    ShiftBegin(usize),
    ShiftEnd(usize, u32),
    /// After login `.1` the agent dials a customer (true) or a colleague.
    Dial(usize, u32, bool),
    LinkLost(usize),
    LinkBack(usize),
    GapBegin(usize),
    GapEnd(usize),
}

/// What follows a stretch of talk, of holding or of ringing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Act {
    HangUp,
    EarlyWrap,
    Hold,
    Retrieve,
    BlindTransfer,
    Consult,
    /// The consultation ends and the customer is taken back.
    Return,
    /// The customer goes to the colleague.
    Transfer,
    /// The customer has hung up meanwhile.
    CustomerLeft,
    /// All three talk.
    Conference,
    /// The colleague leaves the conference.
    LeaveConference,
}
