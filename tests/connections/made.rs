//! "What made this number" between separate roles: the web asks through Redis, a DCU reads the LDS's journal again.

use crate::process::{http, wait_for};
use crate::world::{PATIENCE, World, shared};
use serde_json::Value;

fn get(world: &World, cookie: &str, path: &str) -> Option<Value> {
    let (_, body) = http(world.ports.web, "GET", path, cookie, "")?;
    serde_json::from_str(&body).ok()
}

/// What made the greatest number of each column, once there is one.
fn asked(world: &World, cookie: &str) -> Option<Vec<(f64, Value)>> {
    let statistics = "Calls_Entered,Average_Wait_Time,Service_Level_Simple";
    let path = format!("/api/v1/values?object_type=Queue&objects=*&statistics={statistics}");
    let table = get(world, cookie, &path)?;
    let mut told = Vec::new();
    for (nth, column) in table["columns"].as_array()?.iter().enumerate() {
        let shown = |row: &Value| row["cells"][nth]["v"].as_f64();
        let most = table["rows"].as_array()?.iter().filter(|row| shown(row).is_some());
        let most = most.max_by(|one, other| shown(one).unwrap().total_cmp(&shown(other).unwrap()))?;
        let value = shown(most).filter(|value| *value > 0.0)?;
        let key = column["key"].as_str()?.replace('|', "%7C");
        let object = most["object"].as_str()?.replace('@', "%40");
        let at = table["at"].as_i64()?;
        let path = format!("/api/v1/values/made?definition={key}&object={object}&at={at}&shown={value}");
        told.push((value, get(world, cookie, &path)?));
    }
    Some(told)
}

#[test]
fn what_made_a_number_is_told_by_a_dcu_that_the_web_does_not_know() {
    let Some(world) = shared() else { return };
    let cookie = world.sign_in();
    let told = wait_for("numbers, and what made them", PATIENCE, || asked(&world, &cookie));
    for (value, told) in told {
        assert_eq!(told["folded"].as_f64(), Some(value), "{told}");
        assert_eq!((&told["agrees"], &told["is_short"]), (&true.into(), &false.into()), "{told}");
        let items = told["items"].as_array().unwrap();
        assert!(items.iter().any(|item| !item["records"].as_array().unwrap().is_empty()), "{told}");
    }
}
