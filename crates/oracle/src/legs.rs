//! One call on one phone.

use model::Text;
use model::record::{CallType, Role};

/// A call as one regular DN has it. The stretches are places in the facts.
#[derive(Clone, Debug)]
pub(crate) struct Leg {
    pub(crate) id: u32,
    pub(crate) conn: Text,
    pub(crate) kind: CallType,
    pub(crate) role: Option<Role>,
    /// The mediation DN that brought it, `number@switch`.
    pub(crate) queue: Option<Text>,
    pub(crate) ringing: Option<usize>,
    pub(crate) dialing: Option<usize>,
    /// Established: the call action that goes on.
    pub(crate) talk: Option<usize>,
    pub(crate) hold: Option<usize>,
    /// When it was established, for CallReleased (rule Q-21).
    pub(crate) answered: model::Micros,
    /// It rings after a blind transfer, or was transferred while it rang (rule Q-17).
    pub(crate) transferred: bool,
}

/// The stretches of a leg that a snapshot brings back.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Rebuilt {
    pub(crate) ringing: Option<usize>,
    pub(crate) dialing: Option<usize>,
    pub(crate) talk: Option<usize>,
    pub(crate) hold: Option<usize>,
}
