//! What made a value: the journal is read again for the one value that is asked about, beside the living stream, a few
//! records at a time. What is found is kept for a while: whoever leafs through a long list asks for each page.
//! Who waits: the actors are asked as they stand.

mod reading;
mod telling;
mod waiting;

use super::Collector;
use super::inbound::Pushed;
use super::{backfill::Replay, statistics};
use actix::{Addr, Handler, Message};
use engine::Inquiry;
use model::tenant::Tenant;
use model::{Micros, Text};
use ports::demand::Wanted;
use ports::questions::{MadeOf, Question, Questions, Reply, Ticket};
use reading::{Cut, read};
use runtime::Clock;
use stats::Definition;
use std::cell::RefCell;
use std::collections::{BTreeSet, VecDeque};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use telling::tell;
use tokio::sync::{Mutex, Semaphore};
use waiting::who_waits;
use wire::frame::Positions;

/// Journals that are read at once; further questions are told to come again.
const AT_ONCE: usize = 2;
/// Findings that are kept.
const KEPT: usize = 4;
/// How long.
const KEPT_FOR: Micros = Micros::from_secs(120);
/// How long one answer may take.
const DEADLINE: Duration = Duration::from_secs(40);
/// The pause after a failure of the port.
const PAUSE: Duration = Duration::from_secs(1);

/// What must be known to read again what a statistic has seen.
#[derive(Message)]
#[rtype(result = "Result<Briefing, Text>")]
struct Brief(Wanted);

/// How the living stream stands, and what the statistic is.
struct Briefing {
    tenant: Tenant,
    definition: Arc<Definition>,
    /// When it was opened, if it is open here.
    creation: Option<Micros>,
    sources: Vec<Text>,
    brought: (Pushed, Vec<Text>),
    silent: BTreeSet<Text>,
    reached: Positions,
    through: Micros,
}

impl Handler<Brief> for Collector {
    type Result = actix::MessageResult<Brief>;

    fn handle(&mut self, Brief(wanted): Brief, _: &mut Self::Context) -> Self::Result {
        actix::MessageResult(self.brief(&wanted).map_err(|refused| refused.to_string().into()))
    }
}

impl Collector {
    fn brief(&self, wanted: &Wanted) -> Result<Briefing, stats::Refused> {
        let parts = self.parts();
        let opened = parts.statistics.opened_as(&wanted.key());
        let (definition, creation) = match opened {
            Some(statistics::Opened { definition, creation, .. }) => (definition.clone(), Some(*creation)),
            None => (parts.statistics.define(wanted)?, wanted.opened_at),
        };
        definition.check_recordable()?;
        let (sources, pushed) = self.replayable();
        let silent = sources.iter().chain(&pushed).filter(|source| !parts.merge.is_live(source));
        Ok(Briefing {
            tenant: parts.tenant.clone(),
            definition: Arc::new(definition),
            creation,
            silent: silent.cloned().collect(),
            sources,
            brought: (parts.pushed.clone(), pushed),
            reached: parts.merge.positions(),
            through: parts.merge.through(),
        })
    }
}

/// What was found of a value.
struct Findings {
    wanted: Wanted,
    object: model::Object,
    /// As it was asked for.
    asked: Micros,
    /// As of when it was found.
    at: Micros,
    inquiry: Inquiry,
    /// The journal has lost its beginning.
    is_cut: bool,
    found: Micros,
}

impl Findings {
    fn answers(&self, question: &MadeOf) -> bool {
        self.wanted == question.wanted && self.object == question.object && self.asked == question.at
    }
}

/// Answers questions.
pub(super) struct Desk {
    questions: Arc<dyn Questions>,
    collector: Addr<Collector>,
    replay: Replay,
    clock: Clock,
    kept: RefCell<VecDeque<Rc<Findings>>>,
    /// Held while actors are asked who waits: no actor has more than one such question in its mailbox.
    asking: Mutex<()>,
}

impl Desk {
    pub(super) fn new(
        questions: Arc<dyn Questions>,
        collector: Addr<Collector>,
        replay: Replay,
        clock: Clock,
    ) -> Self {
        let (kept, asking) = (RefCell::default(), Mutex::default());
        Self { questions, collector, replay, clock, kept, asking }
    }

    /// Answers until the collector is gone.
    pub(super) async fn answer(self) {
        let (desk, turns) = (Rc::new(self), Arc::new(Semaphore::new(AT_ONCE)));
        while desk.collector.connected() {
            let Ticket { number, question } = match desk.questions.next().await {
                Ok(ticket) => ticket,
                Err(error) => {
                    tracing::warn!(%error, "questions about values can't be read");
                    tokio::time::sleep(PAUSE).await;
                    continue;
                }
            };
            let (desk, turns) = (Rc::clone(&desk), Arc::clone(&turns));
            actix::spawn(async move {
                let reply = match question {
                    Question::Waiting(object) => {
                        let _asking = desk.asking.lock().await;
                        who_waits(&desk.collector, object).await
                    }
                    Question::Made(value) => match turns.try_acquire() {
                        Ok(_turn) => desk.find(number, value).await,
                        Err(_) => Reply::Busy,
                    },
                };
                if let Err(error) = desk.questions.reply(number, reply).await {
                    tracing::warn!(%error, "an answer about a value was not told");
                }
            });
        }
    }

    async fn find(&self, number: u64, question: MadeOf) -> Reply {
        let known = self.known(&question);
        let findings = match known {
            Some(findings) => findings,
            None => match self.read(number, &question).await {
                Ok(findings) => self.keep(findings),
                Err(reply) => return reply,
            },
        };
        tell(&findings, &question)
    }

    async fn read(&self, number: u64, question: &MadeOf) -> Result<Findings, Reply> {
        let gone = |_| Reply::Failed("the data collection unit is stopping".into());
        let briefing = self.collector.send(Brief(question.wanted.clone())).await.map_err(gone)?;
        let briefing = briefing.map_err(Reply::Refused)?;
        let at = question.at.min(briefing.through);
        let is_awaited = || self.questions.is_awaited(number);
        let reading = read(briefing, &self.replay, question.object.clone(), at, self.clock, is_awaited);
        match tokio::time::timeout(DEADLINE, reading).await {
            Ok(Ok((inquiry, is_cut))) => Ok(Findings {
                wanted: question.wanted.clone(),
                object: question.object.clone(),
                asked: question.at,
                at,
                inquiry,
                is_cut,
                found: self.clock.now(),
            }),
            Ok(Err(Cut::TooMuch(cause))) => Err(Reply::TooMuch(cause)),
            Ok(Err(Cut::Refused(cause))) => Err(Reply::Refused(cause)),
            Ok(Err(Cut::Failed(cause))) => Err(Reply::Failed(cause)),
            Err(_) => {
                let cause = format!("reading the journal takes longer than {} s", DEADLINE.as_secs());
                Err(Reply::TooMuch(cause.into()))
            }
        }
    }

    fn known(&self, question: &MadeOf) -> Option<Rc<Findings>> {
        let mut kept = self.kept.borrow_mut();
        let now = self.clock.now();
        kept.retain(|findings| findings.found + KEPT_FOR > now);
        kept.iter().find(|findings| findings.answers(question)).cloned()
    }

    fn keep(&self, findings: Findings) -> Rc<Findings> {
        let findings = Rc::new(findings);
        let mut kept = self.kept.borrow_mut();
        kept.push_back(Rc::clone(&findings));
        if kept.len() > KEPT {
            kept.pop_front();
        }
        findings
    }
}
