//! "What made this number" against the real thing: whatever cell of the demo is asked about, the calls and events that
//! are named come to the number that was shown at that moment.

use crate::pulse::{Pulse, until};
use serde_json::Value;
use std::time::Duration;

/// Counts, times, averages, extremes, percentages, service levels, and what goes on now.
const ASKED: [(&str, &[&str]); 3] = [
    (
        "Queue",
        &[
            "Calls_Entered",
            "Calls_Abandoned",
            "Average_Wait_Time",
            "Max_Wait_Time",
            "Abandoned_Percentage",
            "Service_Level_Simple",
            "ServiceFactor",
            "Current_In_Queue",
            "CurrMaxCallWaitingTime",
        ],
    ),
    ("Agent", &["Calls_Handled", "Total_Talk_Time", "Average_Handle_Time", "Total_Login_Time", "Occupancy"]),
    ("GroupAgents", &["Current_Ready", "Total_Talk_Time"]),
];

/// Cells that are asked about.
const CELLS: usize = 20;

struct Shown {
    definition: String,
    object: String,
    value: f64,
    at: i64,
}

/// All cells of a table that show a number.
fn shown(pulse: &Pulse, object_type: &str, statistics: &[&str]) -> Vec<Shown> {
    let names = statistics.join(",");
    let table = pulse.get(&format!("/api/v1/values?object_type={object_type}&objects=*&statistics={names}"));
    let at = table["at"].as_i64().unwrap_or_default();
    let mut cells = Vec::new();
    for row in table["rows"].as_array().into_iter().flatten() {
        for (column, cell) in
            table["columns"].as_array().unwrap().iter().zip(row["cells"].as_array().unwrap())
        {
            let Some(value) = cell["v"].as_f64() else { continue };
            let (definition, object) =
                (column["key"].as_str().unwrap().to_owned(), row["object"].as_str().unwrap().to_owned());
            cells.push(Shown { definition, object, value, at });
        }
    }
    cells
}

fn made(pulse: &Pulse, cell: &Shown, more: &str) -> Value {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let escape = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    let escaped = |text: &str| text.bytes().map(escape).collect::<String>();
    let (definition, object) = (escaped(&cell.definition), escaped(&cell.object));
    let (at, value) = (cell.at, cell.value);
    pulse.get(&format!(
        "/api/v1/values/made?definition={definition}&object={object}&at={at}&shown={value}{more}"
    ))
}

#[test]
fn what_made_twenty_numbers_of_the_demo_comes_to_the_numbers_shown() {
    let data = tempfile::tempdir().unwrap();
    let zone = test_servers::zone_of_noon();
    let pulse = Pulse::start(data.path(), &["--time-zone", &zone], &mut None);
    until("calls of the hours before", Duration::from_secs(180), || {
        let cells = shown(&pulse, "Queue", &["Calls_Entered"]);
        cells.iter().map(|cell| cell.value).sum::<f64>() > 100.0
    });
    let mut drawn = 0x9e37_79b9_u64;
    let (mut items, mut numbers) = (0, 0);
    for nth in 0..CELLS {
        // Each is read anew, and asked about when it has already gone on.
        let (object_type, statistics) = ASKED[nth % ASKED.len()];
        let mut cells = Vec::new();
        until("a number above zero", Duration::from_secs(60), || {
            cells = shown(&pulse, object_type, statistics);
            cells.iter().any(|cell| cell.value > 0.0)
        });
        drawn = drawn.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let busy: Vec<&Shown> = cells.iter().filter(|cell| cell.value > 0.0).collect();
        let cell = busy[(drawn >> 33) as usize % busy.len()];
        let told = made(&pulse, cell, "");
        let about =
            format!("{} of {}: shown {} at {}: {told}", cell.definition, cell.object, cell.value, cell.at);
        assert_eq!(told["folded"].as_f64(), Some(cell.value), "{about}");
        assert_eq!((&told["agrees"], &told["is_short"]), (&true.into(), &false.into()), "{about}");
        assert_eq!(told["at"].as_i64(), Some(cell.at), "{about}");
        let listed = told["items"].as_array().unwrap();
        items += listed.len();
        numbers += usize::from(!listed.is_empty());
        assert!(
            listed.iter().any(|item| !item["records"].as_array().unwrap().is_empty()),
            "events are named: {about}"
        );
    }
    assert!(items > CELLS && numbers == CELLS, "{items} items made {numbers} numbers");

    // A long list comes in pages, the same one again, without an item twice.
    let cells = shown(&pulse, "Queue", &["Calls_Entered"]);
    let most = cells.iter().max_by(|one, other| one.value.total_cmp(&other.value)).unwrap();
    let mut begun = Vec::new();
    loop {
        let told = made(&pulse, most, &format!("&limit=7&skip={}", begun.len()));
        let page = told["items"].as_array().unwrap();
        begun.extend(page.iter().map(|item| (item["ended"].as_i64(), item["call"].to_string())));
        if page.is_empty() {
            break;
        }
    }
    assert_eq!(begun.len() as f64, most.value);
    assert!(begun.is_sorted_by(|one, next| one.0 >= next.0), "the newest first");
}
