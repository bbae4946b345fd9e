//! The floor of the contact centre: who exists, where each record goes, and what is behind a name.

mod calls;
mod campaigns;
mod checks;
mod config;
mod interactions;
mod media;
mod picture;
mod resolve;
mod route;
mod setup;
mod sources;
mod words;

pub use config::TenantError;
pub use setup::Misconfigured;

use crate::brain::AnyBrain;
use crate::counters::Counters;
use crate::device::{DeviceEvent, DeviceWhat, Fact, FactWhat};
use crate::directory::{Directory, SourceIx};
use crate::group::{GroupEvent, GroupWhat};
use crate::mail::Mail;
use crate::people::Tie;
use crate::queue::{QueueEvent, QueueWhat};
use crate::routes::Routes;
use crate::stamp::{Few, Stamp};
use calls::{Calls, QueueNames};
use checks::Checks;
use model::Text;
use model::item::{Cause, ConnIx};
use model::object::{Object, ObjectIx, ObjectType};
use model::record::Record;
use model::tenant::Tenant;
use model::time::{Micros, Position};
use serde::{Deserialize, Serialize};
use sources::SourceState;
use std::collections::{BTreeMap, BTreeSet};

/// Stage 0. Knows all objects, sources and live calls; turns records into post for brains. A plain value: a
/// checkpoint is this and each brain on its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Floor {
    directory: Directory,
    /// The configuration as the first record finds it.
    config: config::Config,
    /// The configuration as it is now.
    setup: setup::Setup,
    counters: Counters,
    sources: Vec<SourceState>,
    calls: Calls,
    checks: Checks,
    /// Interaction Servers.
    #[serde(default)]
    media: media::Media,
    /// All instants up to here are complete.
    complete: Micros,
    /// When the first record came: all that is configured begins then (rule Q-6).
    begun: Option<Micros>,
    /// How many of the objects have appeared in a batch.
    appeared: u32,
    /// The source of the last record.
    last_source: SourceIx,
    #[serde(skip)]
    queue_names: QueueNames,
}

impl Floor {
    /// The floor of a tenant; its configured objects appear with the first batch.
    ///
    /// # Errors
    /// When the tenant names a switch, place or DN that it does not have.
    pub fn new(tenant: &Tenant) -> Result<Self, TenantError> {
        let mut directory = Directory::default();
        let mut config = config::Config::read(tenant, &mut directory)?;
        let setup = setup::Setup::read(tenant, &mut directory, &mut config);
        let sources = directory.all_sources().map(|_| SourceState::default()).collect();
        Ok(Self {
            directory,
            config,
            counters: Counters { misconfigured: setup.complaints() as u64, ..Counters::default() },
            setup,
            sources,
            calls: Calls::default(),
            checks: Checks::default(),
            media: media::Media::default(),
            complete: Micros(i64::MIN),
            begun: None,
            appeared: 0,
            last_source: SourceIx(0),
            queue_names: QueueNames::default(),
        })
    }

    /// Takes in records (in the order of [`Record::order`], instants whole) and fills `routes`, which it empties
    /// first. All instants up to and including `through` are complete with this batch.
    pub fn route(&mut self, records: &[Record], through: Micros, routes: &mut Routes) {
        routes.clear();
        let steps = Vec::with_capacity(records.len() + 1);
        let mut batch = Batch { routes, steps, changes: self.changes_of(records) };
        for some in records.chunks(AHEAD) {
            std::hint::black_box(self.warm(some));
            for record in some {
                self.take(record, &mut batch);
            }
        }
        self.complete = self.complete.max(through);
        self.check(self.complete, &mut batch);
        let Batch { routes, steps, .. } = batch;
        routes.through = self.complete;
        close_instants(&steps, &mut routes.closes);
        let known = self.directory.len() as u32;
        for ix in (self.appeared..known).map(ObjectIx) {
            routes.appeared.extend(self.directory.object(ix).map(|object| (ix, object.clone())));
        }
        self.appeared = known;
    }

    /// Reads what the next records will need, for the reason that [`crate::Brain::warm`] tells.
    fn warm(&self, records: &[Record]) -> u64 {
        let of = |record: &Record| record.conn_id.as_ref().map_or(0, |name| self.calls.warm(name));
        records.iter().fold(self.calls.warm_idle(), |sum, record| sum ^ of(record))
    }

    /// The brain of an object that just appeared; `None` for objects that have none.
    pub fn newborn(&self, ix: ObjectIx) -> Option<AnyBrain> {
        self.config.newborn(ix, &self.directory)
    }

    /// Adds what the brains of a batch counted; call it with [`Routes::counters`] before [`Routes::finish`].
    pub fn count(&mut self, counters: &Counters) {
        self.counters.add(counters);
    }

    /// Everything counted since the beginning.
    pub fn counters(&self) -> &Counters {
        &self.counters
    }

    /// Who exists.
    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    /// The id of a call or an interaction, while something is remembered of it.
    pub fn conn_id(&self, conn: ConnIx) -> Option<&str> {
        self.calls.name(conn).or_else(|| self.media.interactions.name(conn))
    }

    /// The ids of those of these calls and interactions of which something is remembered: one look for all of them.
    pub fn conn_ids(&self, wanted: &[ConnIx]) -> BTreeMap<ConnIx, Text> {
        let wanted: BTreeSet<ConnIx> = wanted.iter().copied().collect();
        let all = self.calls.names().chain(self.media.interactions.names());
        all.filter(|(conn, _)| wanted.contains(conn)).map(|(conn, name)| (conn, name.clone())).collect()
    }

    /// The last record taken in from a source.
    pub fn position(&self, source: SourceIx) -> Position {
        self.sources.get(source.0 as usize).map(|source| source.position).unwrap_or_default()
    }

    /// All instants up to here are complete; `None` before the first batch.
    pub fn complete(&self) -> Option<Micros> {
        (self.complete.0 != i64::MIN).then_some(self.complete)
    }
}

/// How many records are looked up together before the first is taken in.
const AHEAD: usize = 8;

/// A batch while it is filled.
struct Batch<'a> {
    routes: &'a mut Routes,
    /// The instant of each step.
    steps: Vec<Micros>,
    /// Changes of configuration that are still to come.
    changes: setup::Changes<'a>,
}

impl Batch<'_> {
    /// Notes which record the present step is, if that is asked for.
    fn note_cause(&mut self, record: &Record) {
        if self.routes.traces {
            let (source, epoch, seq) = (record.source.clone(), record.epoch, record.seq);
            let step = self.steps.len().saturating_sub(1);
            self.routes.causes.resize(step, None);
            self.routes.causes.push(Some(Cause { source, epoch, seq }));
        }
    }

    /// A new step of the batch.
    fn step(&mut self, at: Micros, time: Micros) -> Stamp {
        self.steps.push(at);
        Stamp { step: self.steps.len() as u32 - 1, at, time }
    }

    /// Posts an event that is about no call to a device.
    fn device(&mut self, to: ObjectIx, stamp: Stamp, what: DeviceWhat) {
        let event =
            DeviceEvent { stamp, conn: ConnIx::NONE, queue: None, queues: Few::new(), data: None, what };
        self.routes.devices.push(to, event);
    }

    /// Posts an event that is about no call to a mediation DN.
    fn queue(&mut self, to: ObjectIx, stamp: Stamp, what: QueueWhat) {
        self.routes.queues.push(to, QueueEvent { stamp, conn: ConnIx::NONE, data: None, what });
    }
}

/// Tells an agent or a place what the configuration says of its groups.
fn post_tie(mail: &mut Mail<Fact>, to: ObjectIx, tie: Tie, stamp: Stamp) {
    mail.push(to, Fact { stamp, device: to, what: FactWhat::Tie(tie), data: None, same_data: false });
}

/// For each step the last one of its instant.
fn close_instants(steps: &[Micros], closes: &mut Vec<u32>) {
    closes.clear();
    closes.resize(steps.len(), 0);
    let mut last = steps.len().saturating_sub(1);
    for step in (0..steps.len()).rev() {
        if steps[step] != steps[last] {
            last = step;
        }
        closes[step] = last as u32;
    }
}

/// Objects and their beginnings.
impl Floor {
    /// The first record: all that is configured begins.
    fn begin(&mut self, at: Micros, time: Micros, batch: &mut Batch<'_>) {
        self.begun = Some(at);
        self.checks.begin(self.setup.tenant.max_call_age, at);
        let stamp = batch.step(at, time);
        for at in 0..self.directory.len() as u32 {
            self.start(ObjectIx(at), stamp, batch);
        }
    }

    /// An object begins: with the first record, or when it is first seen.
    fn start(&mut self, ix: ObjectIx, stamp: Stamp, batch: &mut Batch<'_>) {
        let fact = |what| Fact { stamp, device: ix, what, data: None, same_data: false };
        match self.directory.object(ix).map(|object| object.kind) {
            Some(ObjectType::RegDN) => batch.device(ix, stamp, DeviceWhat::Start),
            Some(ObjectType::Agent) => batch.routes.agents.push(ix, fact(FactWhat::Start)),
            Some(ObjectType::Place) => batch.routes.places.push(ix, fact(FactWhat::Start)),
            Some(ObjectType::Queue | ObjectType::RoutePoint) => {
                batch.queue(ix, stamp, QueueWhat::Start);
                if let Some(seconds) = self.config.stuck_checks.get(&ix) {
                    self.checks.configure(ix, *seconds, stamp.at);
                }
            }
            Some(kind) if campaigns::is_campaign(kind) => batch.queue(ix, stamp, QueueWhat::Start),
            Some(kind) if kind.is_group() => {
                batch.routes.groups.push(ix, GroupEvent { stamp, what: GroupWhat::Start });
            }
            _ => {}
        }
    }

    /// The agent of that id; discovered at first sight.
    fn agent(&mut self, id: &model::Text, source: SourceIx, stamp: Stamp, batch: &mut Batch<'_>) -> ObjectIx {
        let object = Object::new(ObjectType::Agent, id.clone());
        let agent = self.directory.find(&object).unwrap_or_else(|| {
            let agent = self.directory.add(object, id.clone());
            self.start(agent, stamp, batch);
            self.enroll(agent, stamp, batch);
            agent
        });
        self.directory.add_source_of(agent, source);
        agent
    }

    /// Looks for stuck calls where it is due up to `now`: before that instant's records (rule Q-46).
    fn check(&mut self, now: Micros, batch: &mut Batch<'_>) {
        if !self.checks.is_due(now) {
            return;
        }
        // What lasts too long at phones: told apart by the phones themselves, in the order of time with the rest.
        let looks = self.checks.take_looks(now);
        let phones = if looks.is_empty() { Vec::new() } else { self.calls.parties() };
        let phones: Vec<ObjectIx> = phones.into_iter().filter(|dn| !self.is_mediation(*dn)).collect();
        let mut looks = looks.into_iter().peekable();
        let longest = self.checks.longest();
        let mut look_until = |until: Micros, batch: &mut Batch<'_>| {
            while let Some(at) = looks.next_if(|at| *at <= until) {
                let stamp = (!phones.is_empty()).then(|| batch.step(at, at));
                for phone in phones.iter().filter(|_| stamp.is_some()) {
                    let before = at - longest;
                    batch.device(*phone, stamp.unwrap_or_default(), DeviceWhat::Check { before });
                }
            }
        };
        let mut stamp: Option<Stamp> = None;
        for due in self.checks.take_due(now) {
            look_until(Micros(due.at.0 - 1), batch);
            let at = match stamp {
                Some(stamp) if stamp.at == due.at => stamp,
                _ => batch.step(due.at, due.at),
            };
            stamp = Some(at);
            batch.queue(due.queue, at, QueueWhat::Check { since: due.since });
        }
        look_until(now, batch);
    }
}
