//! The same load for a long time: does memory grow, do pages get slower?

use super::Run;
use super::stage::{SETTLE_MAX, Stage};
use crate::load::plan::{Plan, micros};
use crate::load::result::{Better, Series};
use crate::load::viewer::sleep_until;
use anyhow::Result;

/// Looks at memory.
const LOOKS: usize = 120;
/// What comes before is not judged: caches and buffers fill.
const WARM: f64 = 0.25;

pub(super) async fn run(run: &mut Run) -> Result<()> {
    let size = run.centre();
    // W's hour is played so that it lasts.
    let seconds = run.options.seconds;
    let speed = (3_590.0 / seconds).min(1.0);
    let plan = Plan::new(size, &[(seconds, speed)]);
    let mut stage = Stage::start(run, size).await?;
    let watch = stage.page(&plan, "Last15").await?;
    let playing = stage.play(&plan);
    let mut memory = Vec::new();
    for look in 1..=LOOKS {
        let at = seconds * look as f64 / LOOKS as f64;
        sleep_until(stage.clock, stage.begin.get() + micros(at)).await;
        memory.push((at, stage.pulse.process.usage().memory_mb));
    }
    let played = playing.end().await?;
    watch.settled(SETTLE_MAX).await?;
    let taken = stage.taken();
    run.took(taken, played.events);
    let warm = &memory[(LOOKS as f64 * WARM) as usize..];
    let seen = stage.seen.borrow();
    let judged = |from: f64, to: f64| seen.spans.within((micros(seconds * from), micros(seconds * to)));
    let outcome = &mut run.outcome;
    outcome.size("seconds", seconds);
    outcome.figure("memory grows by", slope(warm) * 3_600.0, "MB/h", Better::Lower);
    outcome.figure("memory at the end", memory.last().map_or(0.0, |(_, mb)| *mb), "MB", Better::Lower);
    outcome.figure("event to screen, p99, first half", judged(0.05, 0.5).p99, "ms", Better::Lower);
    outcome.figure("event to screen, p99, second half", judged(0.5, 1.0).p99, "ms", Better::Lower);
    outcome.series.push(Series { name: "memory".into(), x: "s".into(), y: "MB".into(), points: memory });
    outcome.series.push(seen.spans.by_second("p99", |told| told.p99));
    run.judge(&seen);
    Ok(())
}

/// Least squares.
fn slope(points: &[(f64, f64)]) -> f64 {
    let n = points.len() as f64;
    let (x, y) = points.iter().fold((0.0, 0.0), |(x, y), point| (x + point.0 / n, y + point.1 / n));
    let (above, below) = points.iter().fold((0.0, 0.0), |(above, below), point| {
        (above + (point.0 - x) * (point.1 - y), below + (point.0 - x).powi(2))
    });
    if below > 0.0 { above / below } else { 0.0 }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_slope_of_a_line_is_its_own() {
        let line: Vec<_> = (0..10).map(|x| (f64::from(x), 7.0 + 2.5 * f64::from(x))).collect();
        assert!((super::slope(&line) - 2.5).abs() < 1e-9);
        assert_eq!(super::slope(&[]), 0.0);
    }
}
