//! Counts what records say, in the words of queue_log, so that the two can be laid side by side.
#![allow(dead_code, reason = "each test binary uses its part")]

use crate::queue_log::Row;
use model::record::CallState;
use model::snapshot::LegState;
use model::{Event, Record};
use std::collections::BTreeMap;

/// What an item of a queue or an agent is called in queue_log, when it happened (s) and how long it took (s).
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Item {
    pub(crate) word: &'static str,
    pub(crate) call: String,
    pub(crate) queue: String,
    /// The agent's DN; empty for what the queue alone did.
    pub(crate) dn: String,
    pub(crate) at: f64,
    /// Waiting, ringing or talking time, where queue_log tells one.
    pub(crate) length: Option<f64>,
}

#[derive(Default)]
struct Open {
    joined: BTreeMap<(String, String), f64>,
    rang: BTreeMap<(String, String), f64>,
    /// Since when, if that is known.
    answered: BTreeMap<(String, String), Option<f64>>,
}

fn text(value: Option<&model::Text>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

/// The items of all queue calls in the records.
pub(crate) fn items(records: &[Record]) -> Vec<Item> {
    let mut open = Open::default();
    let mut found = Vec::new();
    for r in records {
        if let Some(model::record::Body::Snapshot(snapshot)) = r.body.as_deref() {
            open = of_snapshot(snapshot);
        }
        if r.this_queue.is_none() || r.conn_id.is_none() {
            continue;
        }
        let (dn, queue, call) =
            (text(r.this_dn.as_ref()), text(r.this_queue.as_ref()), text(r.conn_id.as_ref()));
        let at = r.time.0 as f64 / 1e6;
        let on_queue = dn == queue;
        let (word, length) = if on_queue {
            at_queue(r, &call, &queue, at, &mut open)
        } else {
            at_agent(r, &call, &dn, at, &mut open)
        };
        if let Some(word) = word {
            let dn = if on_queue { String::new() } else { dn };
            found.push(Item { word, call, queue, dn, at, length });
        }
    }
    found
}

/// After a snapshot only what it lists is open.
fn of_snapshot(snapshot: &model::snapshot::Snapshot) -> Open {
    let mut open = Open::default();
    let seconds = |at: model::time::Micros| at.0 as f64 / 1e6;
    for (dn, call) in snapshot.dns.iter().flat_map(|dn| dn.calls.iter().map(move |call| (dn, call))) {
        let key = (call.conn_id.to_string(), dn.dn.to_string());
        match call.state {
            LegState::Queued => _ = open.joined.insert(key, seconds(call.since)),
            LegState::Ringing => _ = open.rang.insert(key, seconds(call.since)),
            LegState::Established | LegState::Held => {
                _ = open.answered.insert(key, call.established_since.map(seconds))
            }
            LegState::Dialing => {}
        }
        if let (Some(queue), Some(since)) = (&call.this_queue, call.queued_since) {
            open.joined.insert((call.conn_id.to_string(), queue.to_string()), seconds(since));
        }
    }
    open
}

fn at_queue(
    r: &Record,
    call: &str,
    queue: &str,
    at: f64,
    open: &mut Open,
) -> (Option<&'static str>, Option<f64>) {
    let key = (call.to_owned(), queue.to_owned());
    if r.event == Event::Queued {
        open.joined.insert(key, at);
        return (Some("ENTERQUEUE"), None);
    }
    let waited = open.joined.get(&key).map(|joined| at - joined);
    match (&r.event, r.call_state.as_ref(), r.reason.as_deref()) {
        (Event::Abandoned, _, _) => (Some("ABANDON"), waited),
        (Event::Diverted, Some(CallState::Cleared), Some("timeout")) => (Some("EXITWITHTIMEOUT"), waited),
        (Event::Diverted, Some(CallState::Cleared), Some("withdrawn")) => (Some("WITHDRAW"), waited),
        (Event::Diverted, Some(CallState::Cleared), Some("redirected")) => {
            (Some("ABANDON redirected"), waited)
        }
        (Event::Diverted, Some(CallState::Cleared), Some("empty")) => (Some("EXITEMPTY"), waited),
        (Event::Diverted, Some(CallState::Cleared), Some("key")) => (Some("EXITWITHKEY"), waited),
        (Event::Diverted, Some(CallState::Cleared), _) => (Some("ABANDON unknown"), waited),
        (Event::Diverted, _, _) => (Some("CONNECT wait"), waited),
        _ => (None, None),
    }
}

fn at_agent(
    r: &Record,
    call: &str,
    dn: &str,
    at: f64,
    open: &mut Open,
) -> (Option<&'static str>, Option<f64>) {
    let key = (call.to_owned(), dn.to_owned());
    match r.event {
        Event::Ringing => {
            open.rang.insert(key, at);
            return (Some("OFFER"), None);
        }
        Event::Established => {
            let rang = open.rang.remove(&key).map(|rang| at - rang);
            open.answered.insert(key, Some(at));
            return (Some("CONNECT"), rang);
        }
        Event::Abandoned => return (Some("RINGCANCELED"), open.rang.remove(&key).map(|rang| at - rang)),
        Event::Released => {}
        _ => return (None, None),
    }
    if let Some(answered) = open.answered.remove(&key) {
        let word = match r.call_state {
            Some(CallState::Transferred) => "TRANSFER",
            _ if r.third_party_dn == r.this_dn => "COMPLETEAGENT",
            _ if r.third_party_dn.is_some() => "COMPLETECALLER",
            _ => "COMPLETE unknown",
        };
        return (Some(word), answered.map(|since| at - since));
    }
    let rang = open.rang.remove(&key).map(|rang| at - rang);
    match r.reason.as_deref() {
        Some("answered_elsewhere") => (Some("LOST RACE"), rang),
        _ => (Some("RINGNOANSWER"), rang),
    }
}

/// The items that queue_log tells, in the same words. `dn_of` names the DN of an agent's display name.
pub(crate) fn of_log(rows: &[Row], dn_of: &BTreeMap<String, String>) -> Vec<Item> {
    let mut found = Vec::new();
    for row in rows {
        let dn = || dn_of.get(&row.agent).unwrap_or(&row.agent).clone();
        let mut put = |word, dn: String, length| {
            let (call, queue) = (row.uid.clone(), row.queue.clone());
            found.push(Item { word, call, queue, dn, at: row.at as f64, length });
        };
        let seconds = |n: usize| Some(row.number(n) as f64);
        match row.event.as_str() {
            "ENTERQUEUE" => put("ENTERQUEUE", String::new(), None),
            "ABANDON" => put("ABANDON", String::new(), seconds(2)),
            "EXITWITHTIMEOUT" => put("EXITWITHTIMEOUT", String::new(), seconds(2)),
            "EXITEMPTY" => put("EXITEMPTY", String::new(), seconds(2)),
            "EXITWITHKEY" => put("EXITWITHKEY", String::new(), seconds(3)),
            "WITHDRAW" => put("WITHDRAW", String::new(), seconds(2)),
            "CONNECT" => {
                put("CONNECT wait", String::new(), seconds(0));
                put("CONNECT", dn(), seconds(2));
            }
            "RINGNOANSWER" => put("RINGNOANSWER", dn(), Some(row.number(0) as f64 / 1000.0)),
            "RINGCANCELED" => put("RINGCANCELED", dn(), Some(row.number(0) as f64 / 1000.0)),
            "COMPLETECALLER" => put("COMPLETECALLER", dn(), seconds(1)),
            "COMPLETEAGENT" => put("COMPLETEAGENT", dn(), seconds(1)),
            "BLINDTRANSFER" => put("TRANSFER", dn(), seconds(3)),
            "ATTENDEDTRANSFER" => put("TRANSFER", dn(), seconds(3)),
            _ => {}
        }
    }
    found
}

/// `word queue dn` -> how many.
pub(crate) fn sums(items: &[Item]) -> BTreeMap<String, usize> {
    let mut sums = BTreeMap::new();
    for item in items {
        for key in [
            item.word.to_owned(),
            format!("{} in {}", item.word, item.queue),
            format!("{} at {} in {}", item.word, item.dn, item.queue),
        ] {
            *sums.entry(key).or_default() += 1;
        }
    }
    sums
}

/// How much later (s) than the row of the log the manager may stamp the message about it: the queue writes its row at once,
/// and hands the message to another thread, which on a busy machine had to wait for more than a second.
const LATE: f64 = 3.0;

/// Pairs the items of the records with those of the log; gives what has no partner, in words, and the largest
/// difference of a length. A length is not compared if its beginning was lost.
pub(crate) fn match_up(ours: &[Item], logged: &[Item], lost: impl Fn(f64) -> bool) -> (Vec<String>, f64) {
    let mut left: Vec<&Item> = logged.iter().collect();
    let (mut alone, mut worst) = (Vec::new(), 0.0_f64);
    for item in ours.iter().filter(|i| !matches!(i.word, "OFFER" | "LOST RACE")) {
        let word = if item.word.starts_with("ABANDON") { "ABANDON" } else { item.word };
        let same =
            |l: &&Item| l.word == word && l.call == item.call && l.queue == item.queue && l.dn == item.dn;
        let near = left
            .iter()
            .enumerate()
            .filter(|(_, l)| same(l))
            .min_by(|(_, a), (_, b)| {
                let far = |l: &Item| {
                    let longer = (l.length.unwrap_or(0.0) - item.length.unwrap_or(0.0)).abs();
                    (l.at - item.at.floor()).abs() + longer / 1000.0
                };
                far(a).total_cmp(&far(b))
            })
            .map(|(n, _)| n);
        let Some(n) = near else {
            alone.push(format!("only in the records: {item:?}"));
            continue;
        };
        let partner = left.remove(n);
        let apart = (item.at.floor() - partner.at).abs();
        if apart > LATE {
            alone.push(format!("{apart} s apart: {item:?} and {partner:?}"));
        }
        let begun = partner.at - partner.length.unwrap_or(0.0);
        if [-1.0, 0.0, 1.0].iter().any(|s| lost(begun + s)) {
            continue;
        }
        if let (Some(a), Some(b)) = (item.length, partner.length) {
            // A CONNECT row tells the ringing time in whole seconds, cut, on a stopwatch that the queue starts after it
            // has called all phones: up to 1 s short of the time since AgentCalled, and that moment more.
            let calling = if item.word == "CONNECT" && a > b { 0.25 } else { 0.0 };
            let apart = ((a - b).abs() - calling).max(0.0);
            worst = worst.max(apart);
            if apart > 1.0 {
                alone.push(format!("lengths differ by {:.3} s: {item:?} and {partner:?}", (a - b).abs()));
            }
        }
    }
    alone.extend(left.iter().map(|l| format!("only in queue_log: {l:?}")));
    (alone, worst)
}
