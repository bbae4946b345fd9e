//! The journal, read again up to one instant.

use super::Briefing;
use crate::dcu::backfill::{Replay, begins_late, either, excuse, take_event};
use engine::{Inquiry, InquiryError};
use model::{Micros, Object, Text};
use runtime::Clock;
use std::time::Duration;
use streams::Merge;

/// How much is computed before others on this thread get their turn: short against the pause between publications.
const RECORDS_AT_ONCE: usize = 512;
/// How much may be kept for one answer.
const RECORDED_MAX: usize = 400_000;
/// How long nothing may come.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why it was not read to the end.
pub(super) enum Cut {
    TooMuch(Text),
    Refused(Text),
    Failed(Text),
}

impl From<InquiryError> for Cut {
    fn from(error: InquiryError) -> Self {
        match error {
            InquiryError::Refused(refused) => Self::Refused(refused.to_string().into()),
            InquiryError::Engine(error) => Self::Failed(error.to_string().into()),
        }
    }
}

impl From<String> for Cut {
    fn from(cause: String) -> Self {
        Self::Failed(cause.into())
    }
}

/// Reads everything up to and including `at` for the value of one object; also tells whether the beginning is lost. Given
/// up as soon as nobody waits for it.
pub(super) async fn read<F: Future<Output = bool>>(
    briefing: Briefing,
    replay: &Replay,
    object: Object,
    at: Micros,
    clock: Clock,
    is_awaited: impl Fn() -> F,
) -> Result<(Inquiry, bool), Cut> {
    let Briefing { tenant, definition, creation, sources, brought, silent, reached, .. } = briefing;
    let mut inquiry = Inquiry::new(&tenant, definition, object, creation)?;
    let mut merge = Merge::new(Micros::MAX);
    for source in sources.iter().chain(&brought.1) {
        merge.expect(source, clock.now());
    }
    let (pushed, brought) = brought;
    let mut positions = merge.positions();
    positions.retain(|source, _| !brought.contains(source));
    // Without any source to ask for, a link would tell of all.
    let mut link = match positions.is_empty() {
        true => None,
        false => Some(replay(positions)?),
    };
    let mut log = (!brought.is_empty()).then(|| pushed.read(&brought));
    let (mut silent, mut is_cut) = (silent, false);
    loop {
        excuse(&mut merge, &mut silent, &reached);
        while let Some(batch) = merge.take_until(RECORDS_AT_ONCE, at) {
            inquiry.step(&batch.records, batch.through)?;
            if inquiry.recorded() > RECORDED_MAX {
                return Err(Cut::TooMuch(format!("more than {RECORDED_MAX} facts belong to it").into()));
            }
            tokio::task::yield_now().await;
        }
        if merge.through() >= at {
            return Ok((inquiry, is_cut));
        }
        if !is_awaited().await {
            return Err(Cut::Failed("nobody waits for it any more".into()));
        }
        match tokio::time::timeout(PATIENCE, either(&mut link, &mut log)).await {
            Ok(Some(event)) => {
                is_cut |= begins_late(&event).is_some();
                take_event(&mut merge, event, clock.now())?;
            }
            Ok(None) => return Err(Cut::Failed("the link to the journal ended".into())),
            Err(_) => return Err(Cut::Failed("the journal says nothing".into())),
        }
    }
}
