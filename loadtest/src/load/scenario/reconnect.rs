//! The web is restarted before the eyes of 2,000 people, and all of them come back at once, as browsers do: after the
//! pause that the server asked for, then with growing ones.

use super::Run;
use super::stage::{OPEN_MAX, OURSELVES, SETTLE_MAX, since};
use super::viewers::{Shown, tables};
use crate::load::machine::own_time;
use crate::load::plan::{Plan, micros};
use crate::load::pulse::usages;
use crate::load::result::{Better, Series, Taken};
use crate::load::roles::Roles;
use crate::load::source::Source;
use crate::load::spans;
use crate::load::table::Frame;
use crate::load::viewer::{Door, sleep_until};
use crate::load::watch::{Begin, Seen, Shared, Watching};
use anyhow::{Context, Result, bail};
use futures_util::StreamExt;
use futures_util::stream::iter;
use model::Micros;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

/// The pauses of those who come back, in ms: the first is asked for by the server, the last is the longest.
const PAUSE: f64 = 1_000.0;
const PAUSE_MAX: f64 = 10_000.0;
/// Who come at the same time, the first time.
const AT_ONCE: usize = 50;
/// Until the last one is back.
const BACK_MAX: Duration = Duration::from_secs(120);

pub(super) async fn run(run: &mut Run) -> Result<()> {
    let size = run.centre();
    let viewers = run.scaled(2_000, 20);
    let plan = Plan::new(size, &[(run.seconds(10.0, 2.0), 1.0), (run.seconds(120.0, 60.0), 1.0)]);
    let source = Source::start(run.clock).await?;
    let mut roles = Roles::start(&run.program, &run.tenant(size), &source, run.clock).await?;
    source.log_in(size.agents).await?;
    let (begin, seen) = (Begin::default(), Shared::default());
    begin.set(Micros::MAX);
    let tables: Vec<Shown> = (0..tables(&plan)).map(|table| Shown::of(&plan, table)).collect();
    let people: Vec<Rc<RefCell<Person>>> = (0..viewers)
        .map(|number| {
            Rc::new(RefCell::new(Person::new(number, tables[number % tables.len()].watching_rows())))
        })
        .collect();
    let door = &roles.door;
    let all_open = async {
        let come = |person: &Rc<RefCell<Person>>| {
            actix::spawn(live(Rc::clone(person), door.clone(), begin.clone(), seen.clone()));
            let person = Rc::clone(person);
            async move {
                while !person.borrow().watching.table.open {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            }
        };
        iter(people.iter().map(come)).buffer_unordered(AT_ONCE).collect::<Vec<()>>().await
    };
    tokio::time::timeout(OPEN_MAX, all_open).await.context("not all tables are open")?;

    let (before, own) = (usages(roles.processes()), own_time());
    begin.set(run.clock.now() + micros(0.3));
    let playing = source.play(&plan, begin.get());
    sleep_until(run.clock, begin.get() + plan.span(0).1).await;
    let restarted = run.clock.now();
    // What the old process took is not counted: it is gone.
    roles.restart_web().await?;
    let up = run.clock.now() - restarted;
    let all_back = async {
        while !people.iter().all(|person| person.borrow().back.is_some()) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let is_all = tokio::time::timeout(BACK_MAX, all_back).await.is_ok();
    let calm = run.clock.now() - begin.get();
    sleep_until(run.clock, run.clock.now() + micros(run.seconds(10.0, 2.0))).await;
    let played = playing.stop().await?;
    let settled = async {
        for person in &people {
            person.borrow_mut().watching.ledger.cut(played.cut);
            while person.borrow_mut().watching.ledger.next_due().is_some() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    };
    if tokio::time::timeout(SETTLE_MAX, settled).await.is_err() {
        bail!("events are missing on the screen: {}", seen.borrow().examples.join("; "));
    }
    let mut taken = since(&before, &usages(roles.processes()));
    let own = (own_time() - own).as_secs_f64();
    taken.push(Taken { name: OURSELVES.into(), cpu_seconds: own, memory_mb: 0.0, memory_most_mb: 0.0 });
    run.took(taken, played.events);

    let back: Vec<u32> = people
        .iter()
        .filter_map(|person| person.borrow().back)
        .map(|back| u32::try_from((back - restarted).0).unwrap_or(u32::MAX))
        .collect();
    let came = back.len();
    let told = spans::told(&mut back.clone());
    let tries: u32 = people.iter().map(|person| person.borrow().tries).sum();
    let refused: u32 = people.iter().map(|person| person.borrow().refused).sum();
    let outcome = &mut run.outcome;
    outcome.size("viewers", viewers as f64);
    outcome.figure("asked to stop to listening again", up.0 as f64 / 1e6, "s", Better::Lower);
    for (name, ms) in [("half of all", told.p50), ("99 of 100", told.p99), ("all", told.longest)] {
        outcome.figure(
            format!("asked to stop to {name} back with a whole table"),
            ms / 1e3,
            "s",
            Better::Lower,
        );
    }
    outcome.figure("attempts to come back", f64::from(tries), "attempts", Better::Lower);
    outcome.figure("of these told to come later", f64::from(refused), "attempts", Better::Lower);
    let mut byes: BTreeMap<String, u32> = BTreeMap::new();
    for person in &people {
        for (reason, times) in &person.borrow().byes {
            *byes.entry(reason.clone()).or_default() += times;
        }
    }
    for (reason, times) in byes {
        outcome.figure(format!("good-bye, {reason}"), f64::from(times), "times", Better::Neither);
    }
    let mut sorted = back;
    sorted.sort_unstable();
    let points =
        sorted.iter().enumerate().map(|(n, back)| (f64::from(*back) / 1e6, n as f64 + 1.0)).collect();
    outcome.series.push(Series {
        name: "back".into(),
        x: "s after the order".into(),
        y: "viewers".into(),
        points,
    });
    let seen = seen.borrow();
    let (first, _) = plan.span(0);
    let quiet = seen.spans.within((first + micros(1.0), restarted - begin.get() - micros(0.5)));
    outcome.figure("event to screen before, p99", quiet.p99, "ms", Better::Lower);
    let after = seen.spans.within((calm + micros(1.0), Micros::MAX));
    outcome.figure("event to screen after, p99", after.p99, "ms", Better::Lower);
    run.judge(&seen);
    if !is_all {
        run.blame(format!("{} of {viewers} did not come back within {BACK_MAX:?}", viewers - came));
    }
    Ok(())
}

/// Somebody with a page.
struct Person {
    watching: Watching,
    /// Seeded: how they differ from others.
    jitter: f64,
    /// Whether the page had a stream before, and when it was whole again.
    had: bool,
    back: Option<Micros>,
    tries: u32,
    refused: u32,
    /// How often the server said good-bye, by reason.
    byes: BTreeMap<String, u32>,
}

impl Person {
    fn new(number: usize, watching: Watching) -> Self {
        // Spread evenly over 0.5 to 1.5, as pages choose by chance.
        let jitter = 0.5 + (number as f64 * 0.618_033_988_75).fract();
        Self { watching, jitter, had: false, back: None, tries: 0, refused: 0, byes: BTreeMap::new() }
    }
}

/// Looks at the page, and comes back whenever the stream ends.
async fn live(person: Rc<RefCell<Person>>, door: Door, begin: Begin, seen: Shared) {
    let mut pause = PAUSE;
    loop {
        if look(&person, &door, &begin, &seen).await.is_ok() {
            pause = PAUSE;
        }
        let wait = pause * person.borrow().jitter;
        tokio::time::sleep(Duration::from_micros((wait * 1e3) as u64)).await;
        pause = (pause * 1.7).min(PAUSE_MAX);
        person.borrow_mut().tries += 1;
    }
}

/// One stream to its end; an error if there was none.
async fn look(person: &Rc<RefCell<Person>>, door: &Door, begin: &Begin, seen: &Shared) -> Result<()> {
    let mut viewer = door.connect().await?;
    let (query, mark) = {
        let person = person.borrow();
        (person.watching.query.clone(), person.watching.table.mark())
    };
    viewer.open(1, &query, mark).await?;
    let mut is_first = true;
    while let Some((now, text)) = viewer.next().await {
        let frame: Frame<'_> = serde_json::from_slice(&text)?;
        let (id, seq) = (frame.id, frame.seq);
        if frame.kind == "bye" {
            let reason = frame.reason.as_deref().unwrap_or("no reason").to_owned();
            *person.borrow_mut().byes.entry(reason).or_default() += 1;
        }
        if id != 1 {
            continue;
        }
        {
            let (mut person, mut seen) = (person.borrow_mut(), seen.borrow_mut());
            if frame.kind == "error" {
                // A web that has just begun may say that it is not ready: that is no value, and whoever asked comes again.
                person.refused += 1;
                bail!("refused");
            }
            take(&mut person, &mut seen, frame, (begin.get(), now, is_first));
        }
        is_first = false;
        if viewer.acknowledge(1, seq).await.is_err() {
            break;
        }
    }
    Ok(())
}

fn take(
    person: &mut Person,
    seen: &mut Seen,
    frame: Frame<'_>,
    (begin, now, is_first): (Micros, Micros, bool),
) {
    seen.frames += 1;
    let Watching { table, ledger, .. } = &mut person.watching;
    let gaps = table.gaps;
    let (kind, on) = (frame.kind.clone().into_owned(), frame.at - table.at);
    if table.take(frame) {
        let (compared, wrong) = ledger.follow(table, |due| seen.spans.add(due, now - (begin + due)));
        seen.compared += compared;
        let second = (now - begin).0 as f64 / 1e6;
        for wrong in wrong {
            seen.blame(format!(
                "{wrong} ({kind} at {second:.1} s, {} ms on from the frame before)",
                on / 1_000
            ));
        }
    }
    seen.gaps += table.gaps - gaps;
    if is_first && person.had {
        person.back.get_or_insert(now);
    }
    person.had = true;
}
