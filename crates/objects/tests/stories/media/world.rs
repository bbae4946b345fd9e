//! An Interaction Server beside a PBX.

/// Two agents at two places, each with a phone; A1 may have two chats at once, everybody else one of anything.
pub(crate) const WORLD: &str = r#"
tenant = "t"
source = [{ name = "pbx", switch = "sw" }, { name = "ixn", switch = "ixn" }]
dn = [
  { number = "9001", switch = "sw", type = "Queue" },
  { number = "2001", switch = "sw", type = "Extension" },
  { number = "2003", switch = "sw", type = "Extension" },
]
place = [{ name = "P1", dns = ["2001@sw"], capacity = { chat = 2 } }, { name = "P2", dns = ["2003@sw"] }, { name = "P0" }]
agent = [{ id = "A1", capacity = { chat = 2 } }, { id = "A2" }]
agent_group = [{ name = "G", agents = ["A1", "A2"] }]
place_group = [{ name = "PG", places = ["P1", "P2"] }]
staging_area = [{ name = "in" }, { name = "vip" }]
workbin = [{ name = "drafts" }]
"#;

/// A story at the Interaction Server: its records name no DN.
pub(crate) fn ixn(story: &str) -> String {
    let lines = story.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .map(|line| match line.split_once(' ') {
            Some((at, rest)) if !rest.starts_with("20") && !rest.starts_with("-") => {
                format!("{at} - {rest} src=ixn\n")
            }
            _ => format!("{line}\n"),
        })
        .collect()
}

/// Plays it and compares the items of the named objects.
#[track_caller]
pub(crate) fn check(rule: &str, story: &str, of: &str, expected: &str) {
    crate::tale::check_in(WORLD, rule, &ixn(story), of, expected);
}
