//! The audit trail as text with commas (RFC 4180), for spreadsheets and archives.

use super::{Wanted, asked, did};
use crate::auth::Admin;
use crate::error::{ApiError, Problem};
use crate::state::Shared;
use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::web::Query;
use ports::audit::{ENTRIES_MAX, Entry};
use std::fmt::Write;

/// Rows of one file; whoever wants more asks for a shorter time.
const ROWS_MAX: usize = 20_000;

/// What a spreadsheet would take for a formula is text.
fn quoted(text: &str) -> String {
    let odd = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let safe = if odd { format!("'{text}") } else { text.to_owned() };
    match safe.contains(['"', ',', '\r', '\n']) {
        true => format!("\"{}\"", safe.replace('"', "\"\"")),
        false => safe,
    }
}

/// ISO 8601, in UTC.
fn stamp(micros: i64) -> String {
    jiff::Timestamp::from_microsecond(micros).map(|at| at.to_string()).unwrap_or_default()
}

fn row(text: &mut String, entry: &Entry) {
    let revision = |revision: u64| if revision == 0 { String::new() } else { revision.to_string() };
    let cells = [
        stamp(entry.at.0),
        quoted(&entry.by),
        quoted(&entry.kind),
        did(entry).to_owned(),
        quoted(&entry.id),
        revision(entry.before),
        revision(entry.after),
        quoted(&entry.detail),
    ];
    // Writing to a text does not fail.
    let _ = write!(text, "{}\r\n", cells.join(","));
}

/// Who did what and when, as a file. `limit` counts for nothing: it has up to 20,000 rows.
#[utoipa::path(get, path = "/audit.csv", tag = "audit", params(Wanted), responses(
    (status = 200, description = "Newest first: at, by, kind, did, id, before, after, detail", content_type = "text/csv", body = String),
    (status = 400, description = "There is no such kind", body = Problem),
    (status = 403, description = "For administrators only", body = Problem)))]
pub(crate) async fn save(state: Shared, _: Admin, wanted: Query<Wanted>) -> Result<HttpResponse, ApiError> {
    let mut asked = asked(&wanted, ENTRIES_MAX)?;
    let mut text = "at,by,kind,did,id,before,after,detail\r\n".to_owned();
    let mut rows = 0;
    while rows < ROWS_MAX {
        asked.limit = ENTRIES_MAX.min(ROWS_MAX - rows);
        let entries = state.ports.audit.trail(&asked).await?;
        entries.iter().for_each(|entry| row(&mut text, entry));
        rows += entries.len();
        let Some(last) = entries.last().filter(|_| entries.len() == asked.limit) else { break };
        asked.after = Some((last.at, last.number));
    }
    let named = (CONTENT_DISPOSITION, "attachment; filename=\"pulse-audit.csv\"");
    Ok(HttpResponse::Ok().content_type("text/csv; charset=utf-8").insert_header(named).body(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_commas_stay_in_their_cell() {
        assert_eq!(quoted("=1+1"), "'=1+1");
        assert_eq!(quoted("a,\"b\""), "\"a,\"\"b\"\"\"");
        assert_eq!(stamp(1_000_000), "1970-01-01T00:00:01Z");
    }
}
