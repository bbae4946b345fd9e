//! Findings in words for others: names in place of numbers.

use super::Findings;
use engine::Study;
use model::item::{CallKind, Cause, ConnIx};
use model::object::ObjectIx;
use ports::questions::{ITEMS_MAX, Item, Made, MadeOf, Reply, Tally, Told};
use stats::{Content, Contribution, Definition, TimeRange, tallies};

/// The answer to a question, from what was found.
pub(super) fn tell(findings: &Findings, question: &MadeOf) -> Reply {
    let inquiry = &findings.inquiry;
    let Some(study) = inquiry.study(findings.at) else { return Reply::NoValue };
    let Study { explained, folded, status, .. } = study;
    let definition = inquiry.definition();
    let (interval, value) = (explained.interval, explained.value);
    let (main, rel) = tallies(definition, interval, &explained.items);
    let mut items: Vec<&Contribution> = explained.items.iter().collect();
    items.sort_by_key(|one| std::cmp::Reverse((one.ended.unwrap_or(model::Micros::MAX), one.begun)));
    let take = question.take.min(ITEMS_MAX);
    let journal_from = inquiry.begun().unwrap_or(interval.from);
    let (value_number, value_status) = match &value.content {
        Content::Number(number) => (Some(*number), None),
        Content::State(state) => (None, Some(state.status.name().into())),
    };
    Reply::Made(Box::new(Made {
        at: findings.at,
        from: interval.from,
        until: interval.until,
        category: definition.category.name().into(),
        range: has_range(definition).then(|| definition.range.unwrap_or(TimeRange::DEFAULT).bounds()),
        value: value_number,
        status: value_status,
        flags: value.flags.0,
        folded: folded.map(|(folded, _)| folded),
        folded_status: status.map(|status| status.name().into()),
        journal_from,
        is_short: findings.is_cut && journal_from > interval.from,
        total: items.len(),
        main: tally(main),
        rel: tally(rel),
        items: items.into_iter().skip(question.skip).take(take).map(|one| item(findings, one)).collect(),
    }))
}

fn has_range(definition: &Definition) -> bool {
    definition.range.is_some() || definition.category.name().contains("InTimeRange")
}

fn tally(of: stats::Tally) -> Tally {
    Tally {
        count: of.calls,
        seconds: of.seconds,
        longest: of.longest,
        shortest: of.shortest,
        in_range: of.in_range,
    }
}

fn item(findings: &Findings, one: &Contribution) -> Item {
    let inquiry = &findings.inquiry;
    let object = |ix: ObjectIx| inquiry.directory().object(ix).filter(|_| ix != ObjectIx::NONE).cloned();
    let call = Some(one.conn).filter(|conn| *conn != ConnIx::NONE);
    let range = inquiry.definition().range.unwrap_or(TimeRange::DEFAULT);
    let mut causes: Vec<&Cause> = one.began_by.iter().chain(&one.ended_by).collect();
    causes.dedup();
    let told = |cause: &Cause| {
        let witness = inquiry.witness(cause)?;
        let (time, received, event) = (witness.time, witness.received, witness.event.name().into());
        Some(Told { cause: cause.clone(), time, received, event })
    };
    Item {
        what: one.what.name().into(),
        call_type: one.call.map(CallKind::name).map(Into::into),
        conn_id: call.and_then(|conn| inquiry.call_name(conn)).cloned(),
        of: object(one.member),
        by: object(one.by),
        begun: one.begun,
        ended: one.ended,
        seconds: one.seconds,
        main: one.main,
        rel: one.rel,
        in_range: has_range(inquiry.definition()) && range.holds(one.seconds),
        value: one.value,
        records: causes.into_iter().filter_map(told).collect(),
    }
}
