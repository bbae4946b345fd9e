//! How long events took to the screen: every one of them, so that every percentile is exact.

use super::result::Series;
use model::Micros;

/// One event: when it was due, in tenths of a millisecond from the beginning, and its span in µs.
type Span = (u32, u32);

/// All spans of a run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spans(Vec<Span>);

/// What spans come to, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Told {
    pub(crate) events: usize,
    pub(crate) p50: f64,
    pub(crate) p90: f64,
    pub(crate) p99: f64,
    pub(crate) longest: f64,
}

impl Spans {
    pub(crate) fn add(&mut self, due: Micros, span: Micros) {
        let short = |number: i64| u32::try_from(number.max(0)).unwrap_or(u32::MAX);
        self.0.push((short(due.0 / 100), short(span.0)));
    }

    /// Of events that were due from `from` until before `to`.
    pub(crate) fn within(&self, (from, to): (Micros, Micros)) -> Told {
        let mut spans: Vec<u32> = self.between(from, to).map(|(_, span)| *span).collect();
        told(&mut spans)
    }

    /// Of all.
    pub(crate) fn all(&self) -> Told {
        self.within((Micros::ZERO, Micros::MAX))
    }

    fn between(&self, from: Micros, to: Micros) -> impl Iterator<Item = &Span> {
        self.0.iter().filter(move |(due, _)| (from.0..to.0).contains(&(i64::from(*due) * 100)))
    }

    /// By second in which events were due: one of the percentiles.
    pub(crate) fn by_second(&self, name: &str, pick: impl Fn(&Told) -> f64) -> Series {
        let mut seconds: Vec<Vec<u32>> = Vec::new();
        for (due, span) in &self.0 {
            let second = (*due / 10_000) as usize;
            if seconds.len() <= second {
                seconds.resize(second + 1, Vec::new());
            }
            seconds[second].push(*span);
        }
        let points = seconds.iter_mut().enumerate().filter(|(_, spans)| !spans.is_empty());
        let points = points.map(|(second, spans)| (second as f64, pick(&told(spans)))).collect();
        Series { name: name.to_owned(), x: "s".to_owned(), y: "ms".to_owned(), points }
    }
}

/// Of single times in µs.
pub(crate) fn told(spans: &mut [u32]) -> Told {
    if spans.is_empty() {
        return Told::default();
    }
    spans.sort_unstable();
    let at = |share: f64| f64::from(spans[((spans.len() - 1) as f64 * share).ceil() as usize]) / 1e3;
    Told { events: spans.len(), p50: at(0.5), p90: at(0.9), p99: at(0.99), longest: at(1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::plan::micros;

    #[test]
    fn percentiles_are_of_every_event_in_the_stretch() {
        let mut spans = Spans::default();
        (1..=100).for_each(|n| spans.add(micros(1.0), Micros::from_millis(n)));
        spans.add(micros(2.5), micros(9.0));
        let told = spans.within((micros(1.0), micros(2.0)));
        assert_eq!((told.events, told.p50, told.p99, told.longest), (100, 51.0, 100.0, 100.0));
        assert_eq!(spans.all().longest, 9_000.0);
        assert_eq!(spans.by_second("p99", |told| told.p99).points, [(1.0, 100.0), (2.0, 9_000.0)]);
        assert_eq!(Spans::default().all(), Told::default());
    }
}
