//! The floor and all brains in one value, driven one after the other: for offline evaluation, tests and benches.

use crate::brain::{AnyBrain, Brain};
use crate::counters::Counters;
use crate::directory::Directory;
use crate::floor::{Floor, TenantError};
use crate::mail::{Dated, Mail};
use crate::out::Out;
use crate::queue::QueueEvent;
use crate::routes::{Routes, Stage};
use model::item::Items;
use model::object::ObjectIx;
use model::record::Record;
use model::tenant::Tenant;
use model::time::Micros;
use serde::{Deserialize, Serialize};

/// The whole contact centre. Does in one thread what actors do in many, by the same functions.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Objects {
    /// Stage 0.
    pub floor: Floor,
    /// The brains, by object number; `None` for objects that have none.
    pub brains: Vec<Option<AnyBrain>>,
    #[serde(skip)]
    routes: Routes,
    #[serde(skip)]
    out: Out,
}

impl Objects {
    /// The contact centre of a tenant before the first record.
    ///
    /// # Errors
    /// As [`Floor::new`].
    pub fn new(tenant: &Tenant) -> Result<Self, TenantError> {
        let floor = Floor::new(tenant)?;
        Ok(Self { floor, brains: Vec::new(), routes: Routes::default(), out: Out::default() })
    }

    /// The contact centre of a checkpoint: its floor, and the brains of objects that have one.
    pub fn resumed(floor: Floor, kept: impl IntoIterator<Item = (ObjectIx, AnyBrain)>) -> Self {
        let mut brains = Vec::new();
        for (ix, brain) in kept {
            let at = ix.0 as usize;
            if at >= brains.len() {
                brains.resize(at + 1, None);
            }
            brains[at] = Some(brain);
        }
        Self { floor, brains, routes: Routes::default(), out: Out::default() }
    }

    /// Takes in records (in the order of [`Record::order`], instants whole); all instants up to and including
    /// `through` are complete with them.
    pub fn step(&mut self, records: &[Record], through: Micros) -> Items {
        let Self { floor, brains, routes, out } = self;
        floor.route(records, through, routes);
        for (ix, _) in &routes.appeared {
            let at = ix.0 as usize;
            if at >= brains.len() {
                brains.resize(at + 1, None);
            }
            brains[at] = floor.newborn(*ix);
        }
        for stage in Stage::ALL {
            routes.open(stage);
            match stage {
                Stage::Devices => deliver(&routes.devices, brains, out, device),
                Stage::People => {
                    deliver(&routes.agents, brains, out, agent);
                    deliver(&routes.places, brains, out, place);
                }
                Stage::Queues => deliver(&routes.queues, brains, out, queue),
                Stage::Groups => deliver(&routes.groups, brains, out, group),
            }
            routes.absorb(out);
        }
        floor.count(routes.counters());
        routes.finish()
    }

    /// From now on [`Items::causes`] are told.
    pub fn trace(&mut self) {
        self.routes.trace();
    }

    /// Takes back the items of a former step: their buffers serve the next one.
    pub fn reuse(&mut self, items: Items) {
        self.routes.reuse(items);
    }

    /// Who exists.
    pub fn directory(&self) -> &Directory {
        self.floor.directory()
    }

    /// Everything counted since the beginning.
    pub fn counters(&self) -> &Counters {
        self.floor.counters()
    }
}

/// How many brains are warmed together: about the memory that a core can wait for at once. On workload W, warming here
/// and in [`Floor::route`] took the objects from 1,460 to 1,100 ns an event.
const AHEAD: usize = 8;

/// Lets every brain hear its slice.
fn deliver<B: Brain + ?Sized>(
    mail: &Mail<B::Event>,
    brains: &mut [Option<AnyBrain>],
    out: &mut Out,
    pick: fn(&mut AnyBrain) -> Option<&mut B>,
) where
    B::Event: Dated,
{
    for at in 0..mail.len() {
        if at.is_multiple_of(AHEAD) {
            let mut warmth = 0;
            for at in at..mail.len().min(at + AHEAD) {
                if let Some(brain) = brain(brains, mail.recipient(at)).and_then(pick) {
                    warmth ^= brain.warm(mail.slice(at));
                }
            }
            std::hint::black_box(warmth);
        }
        if let Some(brain) = brain(brains, mail.recipient(at)).and_then(pick) {
            brain.apply(mail.slice(at), out);
        }
    }
}

fn brain(brains: &mut [Option<AnyBrain>], ix: ObjectIx) -> Option<&mut AnyBrain> {
    brains.get_mut(ix.0 as usize)?.as_mut()
}

macro_rules! pick {
    ($( $name:ident $variant:ident $type:path; )*) => { $(
        fn $name(brain: &mut AnyBrain) -> Option<&mut $type> {
            match brain { AnyBrain::$variant(brain) => Some(brain), _ => None }
        }
    )* };
}

/// Mediation DNs, staging areas and campaigns share their post.
fn queue(brain: &mut AnyBrain) -> Option<&mut (dyn Brain<Event = QueueEvent> + 'static)> {
    match brain {
        AnyBrain::Queue(brain) => Some(brain),
        AnyBrain::Area(brain) => Some(brain),
        AnyBrain::Campaign(brain) => Some(brain),
        _ => None,
    }
}

pick! {
    device Device crate::device::DeviceBrain;
    agent Agent crate::people::AgentBrain;
    place Place crate::people::PlaceBrain;
    group Group crate::group::GroupBrain;
}
