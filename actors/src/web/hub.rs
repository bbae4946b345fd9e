//! The hub: takes publications in, keeps the picture, and tells boards what changed; opens boards; answers questions.

pub(crate) mod feed;
mod messages;
mod questions;
mod states;

pub use messages::{
    Answers, Attach, Configured, FindObjects, Found, Hello, Idle, ListSources, Loaded, Look, OpenBoard,
    Wishes,
};
pub use messages::{Farewell, OpenError, Published, Unseen};

use super::board::{self, Board, BoardKey, BoardParts};
use super::metrics::Metrics;
use super::picture::{Applied, Picture, Update};
use super::session::Told;
use super::table::Table;
use actix::prelude::*;
use model::{Object, Text};
use ports::demand::{Answer, Demand, Wanted};
use ports::values::{ObjectInfo, Publication, Values};
use runtime::{Census, Clock, Ref, RestartPolicy, supervise};
use states::States;
use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tracing::warn;
use wire::stream::{Shared, State};

/// Boards that may live at once.
const BOARDS_MAX: usize = 2_000;

/// Messages that may wait for the hub.
const MAILBOX: usize = 1_024;

/// How often silence is looked for. Together with `stale_after` it stays below the three seconds after which a value
/// must be seen to be stale.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Every so often all states are repeated, for sessions that missed a change.
const STATES_EVERY: Duration = Duration::from_secs(10);

/// What the hub stands on.
#[derive(Clone)]
pub struct HubParts {
    /// Where values come from.
    pub values: Arc<dyn Values>,
    /// Where wishes and their answers are.
    pub demand: Arc<dyn Demand>,
    /// The process's clock.
    pub clock: Clock,
    /// Who lives in this process.
    pub census: Census,
    /// A producer that is silent for longer has stale values.
    pub stale_after: Duration,
    /// A board without followers ends after this.
    pub board_idle: Duration,
    /// What is counted.
    pub metrics: Metrics,
}

/// What outlives an incarnation of the hub.
#[derive(Clone, Default)]
struct Kept {
    boards: Rc<RefCell<BTreeMap<BoardKey, Ref<Board>>>>,
    sessions: Rc<RefCell<BTreeMap<u64, Recipient<Told>>>>,
    own: Rc<OnceCell<Ref<Hub>>>,
    /// Objects that a configuration service told of, whether any value of them is known or not.
    configured: Rc<RefCell<BTreeMap<Object, ObjectInfo>>>,
}

/// Keeps the picture.
pub struct Hub {
    parts: HubParts,
    kept: Kept,
    picture: Picture,
    loaded: bool,
    answers: Arc<BTreeMap<Text, Answer>>,
    states: States,
    /// Wakes whoever asks what became of wishes.
    wishes: Arc<Notify>,
    /// Wakes the feed when the picture has a hole.
    holes: Arc<Notify>,
}

/// Starts the hub on this thread; its boards live there too.
pub fn start(parts: HubParts) -> Ref<Hub> {
    let kept = Kept::default();
    let own = kept.own.clone();
    let census = parts.census.clone();
    let give_up =
        |failure: runtime::Failure| warn!(%failure, "no more values reach the pages; restart this process");
    let hub = supervise("hub", RestartPolicy::default(), &census, give_up, move || {
        Hub::new(parts.clone(), kept.clone())
    });
    // Nobody has run on this thread in between, so it is set before the first incarnation needs it.
    let _ = own.set(hub.clone());
    hub
}

impl Hub {
    fn new(parts: HubParts, kept: Kept) -> Self {
        Self {
            parts,
            kept,
            picture: Picture::default(),
            loaded: false,
            answers: Arc::default(),
            states: States::default(),
            wishes: Arc::default(),
            holes: Arc::default(),
        }
    }

    /// Sends to every board; one whose mailbox is full takes everything anew later.
    fn tell_boards<M>(&self, message: &M, concerns: impl Fn(&BoardKey) -> bool)
    where
        M: Message<Result = ()> + Clone + Send + 'static,
        Board: Handler<M>,
    {
        for (key, board) in self.kept.boards.borrow().iter().filter(|(key, _)| concerns(key)) {
            if board.try_send(message.clone()).is_err() {
                self.parts.metrics.refused.inc();
                key.mark_behind();
            }
        }
    }

    /// Everything a board needs, from the picture.
    fn load(&self, key: &BoardKey) -> board::Load {
        let excerpt = self.picture.excerpt(key.keys(), key.query().object_type);
        board::Load { picture: Arc::new(excerpt), answers: self.answers.clone() }
    }

    fn load_boards(&self, concerns: impl Fn(&BoardKey) -> bool) {
        for (key, board) in self.kept.boards.borrow().iter().filter(|(key, _)| concerns(key)) {
            match board.try_send(self.load(key)) {
                Ok(()) => key.mark_loaded(),
                Err(_) => key.mark_behind(),
            }
        }
    }

    fn take(&mut self, publication: &Arc<Publication>) {
        self.parts.metrics.publications.inc();
        match self.picture.apply(publication, self.parts.clock.now()) {
            Applied::Taken(update) => self.pass_on(update),
            Applied::Late => self.parts.metrics.late.inc(),
            Applied::Hole => {
                warn!(producer = %publication.producer, "a block is missing: all values are loaded anew");
                self.loaded = false;
                self.holes.notify_one();
            }
        }
    }

    fn pass_on(&mut self, update: Update) {
        let states = update.sources_changed || self.states.silent(&update.producer);
        let update = board::Changed(Arc::new(update));
        self.tell_boards(&update, |_| true);
        if states {
            self.tell_states();
        }
    }

    /// Tells sessions which states are news.
    fn tell_states(&mut self) {
        let news = self.states.turn(&self.picture);
        for state in news {
            self.tell_sessions(&Told::State(state));
        }
        self.states.measure(&self.parts.metrics);
    }

    fn tell_sessions(&self, told: &Told) {
        self.kept.sessions.borrow_mut().retain(|_, session| match session.try_send(told.clone()) {
            Err(SendError::Closed(_)) => false,
            Err(SendError::Full(_)) => {
                self.parts.metrics.refused.inc();
                true
            }
            Ok(()) => true,
        });
    }

    fn look(&mut self) {
        let now = self.parts.clock.now();
        let silent = self.picture.fall_silent(now, self.parts.stale_after);
        for producer in &silent {
            self.tell_boards(&board::Silent(producer.clone()), |_| true);
        }
        if self.picture.forget_idle() || !silent.is_empty() {
            self.tell_states();
        }
        if self.loaded {
            self.load_boards(BoardKey::is_behind);
        }
        let oldest = self.picture.producers().values().map(|producer| producer.at).min();
        let age = oldest.map_or(0, |at| (now - at).0.max(0));
        self.parts.metrics.values_age.set(age as f64 / 1e6);
        let boards = i64::try_from(self.kept.boards.borrow().len()).unwrap_or(i64::MAX);
        self.parts.metrics.boards.set(boards);
    }

    fn open(&mut self, key: BoardKey) -> Result<Ref<Board>, OpenError> {
        let mut boards = self.kept.boards.borrow_mut();
        if let Some(board) = boards.get(&key) {
            return Ok(board.clone());
        }
        if boards.len() >= BOARDS_MAX {
            return Err(OpenError::TooMany(BOARDS_MAX));
        }
        let parts = BoardParts {
            key: key.clone(),
            hub: self.kept.own.get().cloned(),
            clock: self.parts.clock,
            metrics: self.parts.metrics.clone(),
            idle: self.parts.board_idle,
            followers: Rc::default(),
        };
        let (forgotten, failed) = (key.clone(), self.kept.boards.clone());
        let followers = parts.followers.clone();
        let give_up = move |failure: runtime::Failure| {
            failed.borrow_mut().remove(&forgotten);
            board::end_all(&followers, "failed", &format!("this table cannot be shown: {failure}"));
        };
        let build = move || Board::new(parts.clone());
        let board = supervise("board", RestartPolicy::default(), &self.parts.census, give_up, build);
        boards.insert(key, board.clone());
        drop(boards);
        self.wishes.notify_one();
        Ok(board)
    }
}

impl Actor for Hub {
    type Context = Context<Self>;

    fn started(&mut self, context: &mut Self::Context) {
        context.set_mailbox_capacity(MAILBOX);
        let (parts, hub) = (&self.parts, context.address());
        actix::spawn(feed::values(parts.values.clone(), hub.clone(), self.holes.clone()));
        actix::spawn(feed::answers(parts.demand.clone(), hub, self.wishes.clone()));
        context.run_interval(LOOK_EVERY, |hub, _| hub.look());
        context.run_interval(STATES_EVERY, |hub, _| {
            let all = hub.states.all();
            hub.tell_sessions(&Told::States(all));
        });
    }
}

impl Handler<Loaded> for Hub {
    type Result = ();

    fn handle(&mut self, Loaded(current): Loaded, _: &mut Context<Self>) {
        self.parts.metrics.reloads.inc();
        let now = self.parts.clock.now();
        let heard: BTreeMap<Text, _> =
            self.picture.producers().iter().map(|(name, producer)| (name.clone(), producer.heard)).collect();
        self.picture = Picture::load(current, now);
        self.picture.remember_heard(&heard);
        // Who was away for long must not look alive until the next look.
        self.picture.fall_silent(now, self.parts.stale_after);
        self.loaded = true;
        self.load_boards(|_| true);
        self.tell_states();
    }
}

impl Handler<Published> for Hub {
    type Result = ();

    fn handle(&mut self, Published(publication): Published, _: &mut Context<Self>) {
        // Between a hole and the next loading, changes would be applied to what is not there.
        if self.loaded {
            self.take(&publication);
        }
    }
}

impl Handler<OpenBoard> for Hub {
    type Result = Result<Ref<Board>, OpenError>;

    fn handle(
        &mut self,
        OpenBoard { query, scope, columns }: OpenBoard,
        _: &mut Context<Self>,
    ) -> Self::Result {
        self.open(BoardKey::new(query, scope, columns))
    }
}

impl Handler<Attach> for Hub {
    type Result = ();

    fn handle(&mut self, Attach(key): Attach, _: &mut Context<Self>) {
        if self.loaded {
            self.load_boards(|known| *known == key);
        } else {
            key.mark_behind();
        }
    }
}

impl Handler<Idle> for Hub {
    type Result = ();

    fn handle(&mut self, Idle(key): Idle, _: &mut Context<Self>) {
        if let Some(board) = self.kept.boards.borrow_mut().remove(&key) {
            // A mailbox that is full belongs to a board that is not idle; it will say so again.
            let _ = board.try_send(board::Stop);
        }
    }
}
