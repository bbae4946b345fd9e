//! The same values from the whole history, the slow and plain way.

use super::{GROUP, Stretch, World};
use ::model::Micros;
use ::model::object::ObjectIx;
use ::model::time::seconds_between;
use stats::{Category, Definition, TimeProfile};
use std::collections::BTreeSet;

/// A stretch as a row sees it: from the joining on, up to the leaving.
#[derive(Clone, Copy)]
struct Seen {
    begun: Micros,
    end: Option<Micros>,
    since: Micros,
    conn: u32,
    main: bool,
    rel: bool,
}

/// A member with the duration that counts.
struct Counted {
    main: bool,
    rel: bool,
    seconds: i64,
    ended: bool,
}

/// The value and whether it is empty.
pub(crate) fn value(
    world: &World,
    definition: &Definition,
    row: ObjectIx,
    creation: Micros,
    t: Micros,
) -> (f64, bool) {
    let statuses = definition.subject.is_status();
    let seen = seen(world, definition, row);
    if definition.category.is_current() {
        return current(&seen, definition, t);
    }
    // The end of what is seen, and the beginning of the interval; sliding windows are open at the left.
    let (until, from, after) = match definition.profile {
        TimeProfile::Sliding { window, step } => {
            let step = i64::from(step) * 1_000_000;
            let tick = Micros(t.0.div_euclid(step) * step).max(creation);
            let left = tick - Micros::from_secs(i64::from(window));
            (tick, left.max(creation), Some(left))
        }
        _ => (t, Micros(t.0.div_euclid(60_000_000) * 60_000_000).max(creation), None),
    };
    let inside = |x: Micros| x <= until && x >= creation && after.map_or(x >= from, |left| x > left);
    let adjusted = definition.category.is_adjusted();
    let mut counted = Vec::new();
    for Seen { begun, end, main, rel, .. } in &seen {
        let clip = (*begun).max(if adjusted { creation } else { from });
        let ended = end.filter(|end| *end <= until);
        let counts = match (statuses, ended) {
            (false, Some(end)) => inside(end),
            (false, None) => false,
            (true, Some(end)) => end > (*begun).max(from) && end > creation,
            (true, None) => *begun <= until && !adjusted,
        };
        if counts {
            let seconds = seconds_between(clip, ended.unwrap_or(until));
            counted.push(Counted { main: *main, rel: *rel, seconds, ended: ended.is_some() });
        }
    }
    if !statuses {
        for (agent, action, start, at) in &world.happened {
            if inside(*at) && belongs(world, row, *agent, *at) {
                let (main, rel) = (definition.main.has(*action), definition.rel.has(*action));
                counted.push(Counted { main, rel, seconds: seconds_between(*start, *at), ended: true });
            }
        }
    }
    if let Some(level) = levels(&seen, definition, (from, until)) {
        return level;
    }
    if definition.category == Category::TotalDistinctTime {
        return (union(&seen, statuses, from, until, &inside), false);
    }
    totals(&counted, definition, seconds_between(from, until))
}

fn belongs(world: &World, row: ObjectIx, agent: u32, at: Micros) -> bool {
    let member = |(who, joined, left): &(u32, Micros, Option<Micros>)| {
        *who == agent && *joined <= at && left.is_none_or(|left| at < left)
    };
    row == ObjectIx(agent) || (row == GROUP && world.memberships.iter().any(member))
}

fn seen(world: &World, definition: &Definition, row: ObjectIx) -> Vec<Seen> {
    let stretches = if definition.subject.is_status() { &world.statuses } else { &world.actions };
    let mut seen = Vec::new();
    for Stretch { agent, action, begun, end, conn } in stretches.iter().copied() {
        let (main, rel) = (definition.main.has(action), definition.rel.has(action));
        if !main && !rel {
            continue;
        }
        let one = Seen { begun, end, since: begun, conn, main, rel };
        if row == ObjectIx(agent) {
            seen.push(one);
        }
        let of_agent = world.memberships.iter().filter(|(who, _, _)| row == GROUP && *who == agent);
        for (_, joined, left) in of_agent {
            let before = left.is_none_or(|left| begun < left);
            let after = end.is_none_or(|end| end >= *joined);
            if before && after {
                let end = end.into_iter().chain(*left).min();
                seen.push(Seen { begun: begun.max(*joined), end, ..one });
            }
        }
    }
    seen
}

fn going(seen: &[Seen], t: Micros) -> impl Iterator<Item = &Seen> {
    seen.iter().filter(move |s| s.begun <= t && s.end.is_none_or(|end| end > t))
}

fn quotient(num: f64, den: i64) -> (f64, bool) {
    if den == 0 { (0.0, true) } else { (num / den as f64, false) }
}

fn extreme(values: impl Iterator<Item = i64>, max: bool) -> (f64, bool) {
    let values: Vec<i64> = values.collect();
    let value = if max { values.iter().max() } else { values.iter().min() };
    (value.copied().unwrap_or(0) as f64, values.is_empty())
}

fn current(seen: &[Seen], definition: &Definition, t: Micros) -> (f64, bool) {
    use Category as C;
    let times = |main: bool| going(seen, t).filter(move |s| if main { s.main } else { s.rel });
    let number = |main: bool| times(main).count() as i64;
    let time = |main: bool| times(main).map(|s| seconds_between(s.since, t)).sum::<i64>();
    let range = definition.range;
    let in_range = || times(true).filter(|s| range.unwrap().holds(seconds_between(s.since, t))).count();
    match definition.category {
        C::CurrentTime => (time(true) as f64, false),
        C::CurrentMaxTime => extreme(times(true).map(|s| seconds_between(s.since, t)), true),
        C::CurrentMinTime => extreme(times(true).map(|s| seconds_between(s.since, t)), false),
        C::CurrentAverageTime => quotient(time(true) as f64, number(false)),
        C::CurrentRelativeNumberPercentage => quotient(100.0 * number(true) as f64, number(false)),
        C::CurrentRelativeTimePercentage => quotient(100.0 * time(true) as f64, time(false)),
        C::CurrentNumberInTimeRange => (in_range() as f64, false),
        C::CurrentNumberInTimeRangePercentage => quotient(100.0 * in_range() as f64, number(true)),
        C::CurrentDistinctNumber => {
            let calls: BTreeSet<u32> = times(true).map(|s| s.conn).filter(|conn| *conn != u32::MAX).collect();
            let loose = times(true).filter(|s| s.conn == u32::MAX).count();
            ((calls.len() + loose) as f64, false)
        }
        C::CurrentContinuousTime => {
            // Back from now, while there is always something that goes on.
            let mut start = t;
            if number(true) == 0 {
                return (0.0, false);
            }
            while let Some(earlier) = seen
                .iter()
                .filter(|s| s.main && s.begun < start && s.end.is_none_or(|e| e >= start))
                .map(|s| s.begun)
                .min()
            {
                start = earlier;
            }
            let now = times(true).map(|s| s.begun).min().unwrap();
            (seconds_between(start.min(now), t) as f64, false)
        }
        _ => (number(true) as f64, false),
    }
}

/// Categories about how the current number moved.
fn levels(seen: &[Seen], definition: &Definition, (from, until): (Micros, Micros)) -> Option<(f64, bool)> {
    let main: Vec<Seen> = seen.iter().filter(|s| s.main).copied().collect();
    let number = |t: Micros| going(&main, t).count() as i64;
    let mut instants: Vec<Micros> = main.iter().flat_map(|s| [Some(s.begun), s.end]).flatten().collect();
    instants.push(from);
    instants.retain(|t| *t >= from && *t <= until);
    instants.sort();
    instants.dedup();
    let numbers = || instants.iter().map(|t| number(*t));
    let samples = || {
        let first = from.0.div_euclid(2_000_000) + 1;
        (first..=until.0.div_euclid(2_000_000)).map(|n| Micros(n * 2_000_000))
    };
    let time = |t: Micros| going(&main, t).map(|s| seconds_between(s.since, t)).sum::<i64>();
    let mean = |value: &dyn Fn(Micros) -> i64| match samples().count() as i64 {
        0 => (value(until) as f64, false),
        count => (samples().map(value).sum::<i64>() as f64 / count as f64, false),
    };
    Some(match definition.category {
        Category::MaxNumber => (numbers().max().unwrap() as f64, false),
        Category::MinNumber => (numbers().min().unwrap() as f64, false),
        Category::AverageOfCurrentNumber => mean(&number),
        Category::AverageOfCurrentTime => mean(&time),
        Category::TotalContinuousNumber => {
            let values: Vec<i64> = numbers().collect();
            let begins = (0..values.len()).filter(|n| values[*n] > 0 && (*n == 0 || values[*n - 1] == 0));
            (begins.count() as f64, false)
        }
        _ => return None,
    })
}

fn union(seen: &[Seen], statuses: bool, from: Micros, until: Micros, inside: &dyn Fn(Micros) -> bool) -> f64 {
    let mut seconds = BTreeSet::new();
    for s in seen.iter().filter(|s| s.main) {
        let end = match (statuses, s.end) {
            (false, Some(end)) if inside(end) => end,
            (false, _) => continue,
            (true, end) => end.unwrap_or(until).min(until),
        };
        seconds.extend(s.begun.max(from).secs()..end.secs());
    }
    seconds.len() as f64
}

fn totals(counted: &[Counted], definition: &Definition, elapsed: i64) -> (f64, bool) {
    use Category as C;
    let main = || counted.iter().filter(|c| c.main);
    let number = main().count() as i64;
    let time = main().map(|c| c.seconds).sum::<i64>();
    let rel_number = counted.iter().filter(|c| c.rel).count() as i64;
    let rel_time = counted.iter().filter(|c| c.rel).map(|c| c.seconds).sum::<i64>();
    let in_range = || main().filter(|c| definition.range.unwrap().holds(c.seconds));
    match definition.category {
        C::TotalNumber | C::TotalAdjustedNumber => (number as f64, false),
        C::TotalTime | C::TotalAdjustedTime => (time as f64, false),
        C::AverageTime => quotient(time as f64, rel_number),
        C::MaxTime => extreme(main().map(|c| c.seconds), true),
        C::MinTime if main().any(|c| c.ended) => {
            extreme(main().filter(|c| c.ended).map(|c| c.seconds), false)
        }
        C::MinTime => extreme(main().map(|c| c.seconds), false),
        C::ElapsedTimePercentage => quotient(100.0 * time as f64, elapsed),
        C::TotalNumberPerSecond => quotient(number as f64, elapsed),
        C::RelativeTimePercentage => quotient(100.0 * time as f64, rel_time),
        C::RelativeNumberPercentage => quotient(100.0 * number as f64, rel_number),
        C::RelativeNumber => quotient(number as f64, rel_number),
        C::TotalNumberInTimeRange => (in_range().count() as f64, false),
        C::TotalNumberInTimeRangePercentage => quotient(100.0 * in_range().count() as f64, number),
        C::TotalTimeInTimeRange => (in_range().map(|c| c.seconds).sum::<i64>() as f64, false),
        C::AverageNumberPerRelativeHour => quotient(3600.0 * number as f64, rel_time),
        other => panic!("{other:?}"),
    }
}
