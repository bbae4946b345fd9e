//! Results as one page of HTML: figures, charts, and how they were measured.

use super::chart::{chart, escaped, short};
use super::result::{Outcome, Series};
use std::collections::BTreeMap;
use std::fmt::Write;

const STYLE: &str = "
:root{color-scheme:light dark;--line:#8884;--quiet:#777}
body{font:15px/1.5 system-ui,sans-serif;max-width:1000px;margin:2rem auto;padding:0 1rem}
h1{font-size:1.6rem}h2{margin-top:2.5rem;font-size:1.25rem}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.25rem .5rem;border-bottom:1px solid var(--line)}
td.n{text-align:right;font-variant-numeric:tabular-nums}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(420px,1fr));gap:1rem}
figure{margin:0}svg{width:100%;height:auto}path{fill:none;stroke-width:1.8}.grid{stroke:var(--line);stroke-width:1}
text{font:11px system-ui,sans-serif;fill:var(--quiet)}.y{text-anchor:end}.x{text-anchor:middle}
.legend{margin:.2rem 0;font-size:.8rem}.legend span{margin-right:1rem}.legend svg{width:28px;height:8px}
.meta{color:var(--quiet);font-size:.85rem}.wrong{color:#b3261e;font-weight:600}
";

/// The page.
pub fn report(outcomes: &[Outcome]) -> String {
    let mut page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>Pulse under load</title><style>{STYLE}</style><h1>Pulse under load</h1>\
         <p class=\"meta\">Spans count from the moment at which an event was due, whenever it was sent. Every value that a checked \
         page showed was compared with the truth.</p>"
    );
    outcomes.iter().for_each(|outcome| section(&mut page, outcome));
    page + "</html>\n"
}

fn section(page: &mut String, outcome: &Outcome) {
    let _ = write!(page, "<h2>{}</h2><p>{}</p>", escaped(&outcome.scenario), escaped(&outcome.about));
    truth(page, outcome);
    page.push_str("<table><tbody>");
    for figure in &outcome.figures {
        row(page, &figure.name, figure.value, &figure.unit);
    }
    if let Some(reference) = outcome.reference {
        row(page, "processor time of an event, all processes of Pulse", reference.pulse_ns, "ns");
        row(page, "the same, against the loop that only counts", reference.ratio, "loops");
    }
    for process in &outcome.processes {
        row(page, &format!("{}: processor time", process.name), process.cpu_seconds, "s");
        if process.memory_most_mb > 0.0 {
            row(page, &format!("{}: memory at most", process.name), process.memory_most_mb, "MB");
        }
    }
    page.push_str("</tbody></table><div class=\"charts\">");
    let mut by_unit: BTreeMap<(&str, &str), Vec<&Series>> = BTreeMap::new();
    for series in outcome.series.iter().filter(|series| !series.points.is_empty()) {
        by_unit.entry((&series.y, &series.x)).or_default().push(series);
    }
    for series in by_unit.values() {
        let _ = write!(page, "<figure>{}</figure>", chart(series));
    }
    page.push_str("</div>");
    let sizes: Vec<String> =
        outcome.sizes.iter().map(|(name, size)| format!("{name} {}", short(*size))).collect();
    let machine = &outcome.machine;
    let _ = write!(
        page,
        "<p class=\"meta\">{}. Scale {}, seed {}, commit {}, {} build, {} × {}, load {:.1} before and {:.1} after; took {:.0} s.</p>",
        escaped(&sizes.join(", ")),
        outcome.scale,
        outcome.seed,
        escaped(&outcome.commit),
        escaped(&machine.profile),
        machine.cores,
        escaped(&machine.processor),
        machine.load.0,
        machine.load.1,
        outcome.took
    );
}

fn truth(page: &mut String, outcome: &Outcome) {
    let truth = &outcome.truth;
    if truth.wrong == 0 {
        let _ = write!(page, "<p>{} values compared, all of them right.</p>", truth.compared);
        return;
    }
    let _ =
        write!(page, "<p class=\"wrong\">{} values compared, {} wrong.</p><ul>", truth.compared, truth.wrong);
    for example in &truth.examples {
        let _ = write!(page, "<li>{}</li>", escaped(example));
    }
    page.push_str("</ul>");
}

fn row(page: &mut String, name: &str, value: f64, unit: &str) {
    let _ = write!(
        page,
        "<tr><th>{}</th><td class=\"n\">{}</td><td>{}</td></tr>",
        escaped(name),
        short(value),
        escaped(unit)
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::result::Better;

    #[test]
    fn a_page_holds_everything_it_needs_and_shows_what_is_wrong() {
        let mut outcome = Outcome { scenario: "knee".into(), about: "a < b".into(), ..Outcome::default() };
        outcome.figure("p99", 12.5, "ms", Better::Lower);
        outcome.series.push(Series {
            name: "p99".into(),
            x: "s".into(),
            y: "ms".into(),
            points: vec![(0.0, 1.0), (1.0, 3.0)],
        });
        outcome.truth.wrong = 1;
        outcome.truth.examples.push("row 7".into());
        let page = report(&[outcome]);
        for part in ["a &lt; b", "12.5", "<svg", "1 wrong", "row 7"] {
            assert!(page.contains(part), "{part}");
        }
        for outside in ["http:", "https:", "src=", "@import", "<script"] {
            assert!(!page.contains(outside), "{outside}");
        }
    }
}
