//! Rows that come late: computed beside the living stream, one errand after the other, and taken in when both stand at
//! the same instant.

use super::*;
use crate::dcu::backfill::{self, HandOver, Handed, Meet, Origin, Task};
use stats::Definition;

/// How long the collector waits for a back-fill that said it was near.
const MEET_MAX: Micros = Micros::from_secs(5);
/// The pause before a back-fill is tried again.
const FILL_PAUSE: Duration = Duration::from_secs(2);

/// What a back-fill computes: definitions by key.
type Definitions = Vec<(Text, Wanted, Arc<Definition>)>;

/// A back-fill has ended.
#[derive(Message)]
#[rtype(result = "()")]
struct Filled {
    /// What was wanted late, or the slots that came.
    errand: Result<Definitions, Errand>,
    failure: Option<String>,
    took: Micros,
}

impl Collector {
    /// Slots of former owners come first, then what is wanted after the stream began.
    pub(super) fn fill(&mut self, context: &mut Context<Self>) {
        if self.is_virgin() || self.filling {
            return;
        }
        let (errand, wanted, origin, fences, after, slots) =
            if let Some(errand) = self.holdings.arriving.pop_front() {
                let wanted = self.parts.statistics.open(errand.keys.as_ref());
                let slots = errand.fences.keys().copied().collect();
                let (origin, fences, after) = (errand.origin.clone(), errand.fences.clone(), errand.after);
                (Err(errand), wanted, origin, fences, after, slots)
            } else if self.parts.statistics.has_waiting() {
                let wanted = self.parts.statistics.take_waiting();
                let owned = self.holdings.owned();
                (Ok(wanted.clone()), wanted, Origin::Journal, Fences::new(), Micros::ZERO, owned)
            } else {
                return;
            };
        self.filling = true;
        let keys = errand.as_ref().err().and_then(|errand| errand.keys.clone());
        let (sources, pushed) = self.replayable();
        let silent = sources.iter().chain(&pushed).filter(|source| !self.parts.merge.is_live(source));
        let silent = silent.cloned().collect();
        let task = Task {
            tenant: self.parts.tenant.clone(),
            sources,
            brought: (self.parts.pushed.clone(), pushed),
            silent,
            reached: self.parts.merge.positions(),
            wanted,
            origin,
            checkpoints: Arc::clone(&self.parts.checkpoints),
            slots,
            fences,
            keys,
            after,
            clock: self.parts.clock,
            replay: Arc::clone(&self.parts.replay),
            history: self.parts.history.clone(),
        };
        let (me, clock) = (context.address(), self.parts.clock);
        let begun = clock.now();
        actix::spawn(async move {
            let failure = backfill::fill(task, me.clone()).await.err();
            // A collector that is gone takes its wishes along.
            let _ = me.send(Filled { errand, failure, took: clock.now() - begun }).await;
        });
    }

    fn take_over(&mut self, handed: HandOver, context: &mut Context<Self>) {
        let missed = self.missed_by(&handed);
        let HandOver { filled, objects, fences, keys: only, .. } = handed;
        let zone = self.parts.statistics.zone().clone();
        let keys: BTreeSet<Text> = filled.iter().map(|(key, ..)| key.clone()).collect();
        let comes_with_slots = !fences.is_empty();
        for (key, opened, chunks) in filled {
            let directory = self.parts.pipeline.floor().directory();
            let chunks = backfill::renumbered(chunks, &objects, |object| directory.find(object));
            if self.parts.statistics.is_open(&key) {
                if let Some(done) = self.parts.statistics.take_over(&key, chunks, missed.clone()) {
                    self.rely_on(done, context);
                }
            } else if !comes_with_slots {
                match backfill::adopted(&opened, &chunks, &zone) {
                    Ok(statistic) => self.parts.statistics.adopt(key, opened, statistic, missed.as_ref()),
                    Err(cause) => tracing::error!(%key, cause, "statistic {key} could not be taken over"),
                }
            }
            // A definition that nobody wants here is left behind: whoever wants it later wants it for all slots.
        }
        if comes_with_slots {
            let slots: SlotSet = fences.keys().copied().collect();
            tracing::info!(?slots, "{} slots are taken over", slots.len());
            let new = slots.without(self.holdings.owned());
            let mut infos = self.parts.pipeline.all_infos();
            infos.retain(|info| new.has(info.object.slot()));
            self.press.appeared.extend(infos);
            self.own(fences.clone());
            self.complete(fences, only.as_ref(), &keys);
        }
        self.fresh = true;
    }
}

impl Collector {
    /// The past that a back-fill could not read because its source is away, or it is no longer kept: rows that come with it are partial, those of
    /// other slots have seen it.
    fn missed_by(&self, handed: &HandOver) -> Option<GapSpan> {
        let directory = self.parts.pipeline.floor().directory();
        let positions = self.parts.merge.positions();
        let away: Vec<_> = positions
            .iter()
            .filter(|(source, position)| {
                position.seq != 0
                    && !handed.positions.contains_key(*source)
                    && !handed.settled.contains(*source)
            })
            .map(|(source, _)| source)
            .chain(&handed.cut)
            .filter_map(|source| directory.find_source(source))
            .collect();
        if away.is_empty() {
            return None;
        }
        let comes = |object: &Object| handed.fences.is_empty() || handed.fences.contains_key(&object.slot());
        let touched = |ix| directory.sources(ix).iter().any(|source| away.contains(source));
        let objects: Vec<_> = directory
            .objects()
            .filter_map(|(ix, object)| (comes(object) && touched(ix)).then_some(ix))
            .collect();
        let names: Vec<_> = away.iter().map(|source| directory.source_name(*source)).collect();
        tracing::warn!(
            sources = ?names, objects = objects.len(),
            "what {} told before could not be read again: values that were wanted late are partial",
            names.join(", ")
        );
        Some(GapSpan { from: Micros::ZERO, to: handed.through, objects })
    }
}

impl Handler<Meet> for Collector {
    type Result = actix::MessageResult<Meet>;

    fn handle(&mut self, Meet { wait }: Meet, _: &mut Self::Context) -> Self::Result {
        if wait {
            self.waits_until = self.parts.clock.now() + MEET_MAX;
        }
        actix::MessageResult(self.parts.merge.through())
    }
}

impl Handler<HandOver> for Collector {
    type Result = actix::MessageResult<HandOver>;

    fn handle(&mut self, handed: HandOver, context: &mut Self::Context) -> Self::Result {
        let through = self.parts.merge.through();
        let unfit = match handed.through == through {
            true => self.missed_in(&handed.positions),
            false => Some(format!("it ends at {}, the collector is at {}", handed.through.0, through.0)),
        };
        if let Some(cause) = unfit {
            self.waits_until = Micros::ZERO;
            self.pump(context);
            return actix::MessageResult(Handed::Late(cause));
        }
        // A batch, or a checkpoint, that was on its way when the meeting was agreed on is waited for.
        if !matches!(self.phase, Phase::Idle | Phase::Collecting(_)) {
            return actix::MessageResult(Handed::Busy(Box::new(handed)));
        }
        self.waits_until = Micros::ZERO;
        self.take_over(handed, context);
        self.pump(context);
        actix::MessageResult(Handed::Taken)
    }
}

impl Handler<Filled> for Collector {
    type Result = ();

    fn handle(&mut self, Filled { errand, failure, took }: Filled, context: &mut Self::Context) {
        self.filling = false;
        self.waits_until = Micros::ZERO;
        match (failure, errand) {
            (Some(cause), errand) => {
                tracing::warn!(cause, "a back-fill did not succeed; it is tried again");
                match errand {
                    Ok(wanted) => self.parts.statistics.wait_again(wanted),
                    Err(errand) => self.holdings.arriving.push_front(errand),
                }
                context.run_later(FILL_PAUSE, |collector, context| collector.fill(context));
            }
            (None, errand) => {
                if errand.is_err() {
                    self.parts.metrics.takeover_seconds.set(took.0 as f64 / 1e6);
                }
                self.fill(context);
            }
        }
        self.pump(context);
    }
}
