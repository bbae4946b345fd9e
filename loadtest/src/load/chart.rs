//! A line chart as SVG: no script, nothing from elsewhere.

use super::result::Series;
use std::fmt::Write;

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 240.0;
const LEFT: f64 = 56.0;
const BOTTOM: f64 = 34.0;
const TOP: f64 = 12.0;
const RIGHT: f64 = 12.0;
/// Told apart also by who sees no colours: they differ in lightness, and in their dashes.
const LINES: [(&str, &str); 5] =
    [("#1b5e9e", ""), ("#c2570c", "6 3"), ("#3f7d3a", "2 3"), ("#7a3e9d", "8 3 2 3"), ("#555555", "1 2")];

/// One chart for series of one unit.
pub(crate) fn chart(series: &[&Series]) -> String {
    let points = || series.iter().flat_map(|series| &series.points);
    let x_most = points().map(|point| point.0).fold(0.0, f64::max);
    let y_most = round_up(points().map(|point| point.1).fold(0.0, f64::max));
    let x_of = |x: f64| LEFT + x / positive(x_most) * (WIDTH - LEFT - RIGHT);
    let y_of = |y: f64| HEIGHT - BOTTOM - y / positive(y_most) * (HEIGHT - BOTTOM - TOP);
    let mut svg =
        format!("<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{}\">", title(series));
    for part in 0..=4 {
        let share = f64::from(part) / 4.0;
        let (x, y) = (x_of(x_most * share), y_of(y_most * share));
        let _ = write!(
            svg,
            "<path class=\"grid\" d=\"M{LEFT} {y:.1}H{}\"/><text x=\"{}\" y=\"{:.1}\" class=\"y\">{}</text>\
             <text x=\"{x:.1}\" y=\"{}\" class=\"x\">{}</text>",
            WIDTH - RIGHT,
            LEFT - 6.0,
            y + 4.0,
            short(y_most * share),
            HEIGHT - BOTTOM + 16.0,
            short(x_most * share)
        );
    }
    for (line, (colour, dash)) in series.iter().zip(LINES.iter().cycle()) {
        let path: Vec<String> =
            line.points.iter().map(|(x, y)| format!("{:.1} {:.1}", x_of(*x), y_of(*y))).collect();
        if path.is_empty() {
            continue;
        }
        let _ =
            write!(svg, "<path d=\"M{}\" stroke=\"{colour}\" stroke-dasharray=\"{dash}\"/>", path.join("L"));
    }
    let _ = write!(
        svg,
        "<text x=\"{}\" y=\"{}\" class=\"y\">{}</text></svg>",
        WIDTH - RIGHT,
        HEIGHT - 4.0,
        across(series)
    );
    svg + &legend(series)
}

fn title(series: &[&Series]) -> String {
    let names: Vec<String> = series.iter().map(|series| escaped(&series.name)).collect();
    format!("{} in {}", names.join(", "), series.first().map_or("", |series| &series.y))
}

fn across(series: &[&Series]) -> String {
    series.first().map_or_else(String::new, |series| escaped(&series.x))
}

fn legend(series: &[&Series]) -> String {
    let mut text = String::from("<p class=\"legend\">");
    for (line, (colour, dash)) in series.iter().zip(LINES.iter().cycle()) {
        let _ = write!(
            text,
            "<span><svg viewBox=\"0 0 28 8\" aria-hidden=\"true\"><path d=\"M0 4H28\" stroke=\"{colour}\" stroke-dasharray=\"{dash}\"/></svg> {}, {}</span>",
            escaped(&line.name),
            escaped(&line.y)
        );
    }
    text + "</p>"
}

fn positive(number: f64) -> f64 {
    if number > 0.0 { number } else { 1.0 }
}

/// The next of 1, 2, 5, 10, 20 ... times four parts.
fn round_up(most: f64) -> f64 {
    if most <= 0.0 {
        return 1.0;
    }
    let power = 10f64.powf(most.log10().floor());
    [1.0, 2.0, 4.0, 5.0, 10.0].iter().map(|step| step * power).find(|step| *step >= most).unwrap_or(most)
}

/// A number in few characters.
pub(crate) fn short(number: f64) -> String {
    let size = number.abs();
    match size {
        _ if size >= 1e6 => format!("{:.1}M", number / 1e6),
        _ if size >= 1e4 => format!("{:.0}k", number / 1e3),
        _ if size >= 100.0 || number.fract() == 0.0 => format!("{number:.0}"),
        _ if size >= 1.0 => format!("{number:.1}"),
        _ => format!("{number:.3}"),
    }
}

/// Text within HTML.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
