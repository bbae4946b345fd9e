//! Virtual groups: who belongs follows skills and logins (statistics 1.3).

use crate::tale::{check_in, tell, totals};
use model::{Action, Object, ObjectType};

/// Two phones at two switches, three agents with skills, groups by script.
const SCRIPTS: &str = r#"
tenant = "t"
source = [{ name = "pbx", switch = "sw" }, { name = "far", switch = "sw2" }]
dn = [
  { number = "9001", switch = "sw", type = "Queue" },
  { number = "9002", switch = "sw", type = "Queue" },
  { number = "2001", switch = "sw", type = "Extension" },
  { number = "2002", switch = "sw", type = "Extension" },
]
agent = [{ id = "A1", skills = { Spanish = 7 } }, { id = "A2", skills = { Spanish = 4 } }, { id = "A3" }]
agent_group = [
  { name = "Skill", script = 'Skill("Spanish")>=5' },
  { name = "Queue", script = 'LoggedIn("9001@sw")' },
  { name = "Far", script = 'LoggedIn("sw2")' },
  { name = "Mixed", script = 'SkillExists("Spanish") & ~LoggedIn("sw")' },
  { name = "Origin", script = 'LoggedIn("sw")', origination_dns = ["9002"] },
  { name = "Bad", script = 'Skill("Spanish")>=much' },
  { name = "Lost", script = 'LoggedIn("nowhere")' },
]
"#;

/// What happens to the agents in the group.
fn memberships(told: &crate::tale::Told, group: &str) -> Vec<String> {
    let ends = [format!(" >{group}"), format!(" <{group}")];
    told.lines.iter().filter(|line| ends.iter().any(|end| line.ends_with(end.as_str()))).cloned().collect()
}

#[test]
fn a_group_by_skill_holds_whoever_is_logged_out_too() {
    let told = tell(SCRIPTS, "0 2001 AgentLogin A1");
    let group = told.objects.directory().find(&Object::new(ObjectType::GroupAgents, "Skill")).unwrap();
    let of_group = told.objects.directory().members(group);
    assert_eq!(of_group.len(), 1, "O-8");
    assert_eq!(told.objects.directory().number(of_group[0]), "A1");
    assert!(memberships(&told, "Skill").is_empty(), "a login changes nothing");
    check_in(
        SCRIPTS,
        "O-8, ST-6",
        "0 2001 AgentLogin A1
         5 2001 AgentReady A1
         9 2001 AgentLogout A1",
        "Skill",
        "0 Skill =NotReadyForNextCall
         5 Skill =WaitForNextCall
         9 Skill =LoggedOut",
    );
}

#[test]
fn membership_follows_logins() {
    check_in(
        SCRIPTS,
        "1.3, Q-44",
        "0 2001 AgentLogin A1 q=9002
         2 2001 AgentReady A1
         5 2001 AgentLogin A1 q=9001
         8 2001 AgentLogout A1 q=9001
         9 2002 AgentLogin A2 q=9001
         12 2002 AgentLogin A3 q=9001
         15 2002 AgentLogout A3",
        "Queue",
        "5 Queue =WaitForNextCall
         8 Queue =NotMonitored
         9 Queue =NotReadyForNextCall
         15 Queue =NotMonitored",
    );
    let told = tell(
        SCRIPTS,
        "0 2001 AgentLogin A1 q=9001
         3 2002 AgentLogin A1
         5 2001 AgentLogout A1
         9 2002 AgentLogout A1",
    );
    assert_eq!(memberships(&told, "Queue"), ["0 A1 >Queue", "5 A1 <Queue"]);
    assert_eq!(memberships(&told, "Mixed"), ["0 A1 <Mixed", "9 A1 >Mixed"], "on any phone of the switch");
}

#[test]
fn a_login_that_begins_and_ends_in_one_instant_changes_no_group() {
    let told = tell(
        SCRIPTS,
        "0 2001 AgentLogin A1 q=9001
         0 2001 AgentLogout A1",
    );
    assert!(memberships(&told, "Queue").is_empty(), "Q-44");
}

#[test]
fn who_is_discovered_belongs_by_the_rules_too() {
    let told = tell(
        SCRIPTS,
        "0 5001 AgentLogin A9 src=far
         9 5001 AgentLogout A9 src=far",
    );
    assert_eq!(memberships(&told, "Far"), ["0 A9 >Far", "9 A9 <Far"]);
    assert!(memberships(&told, "Origin").is_empty());
}

#[test]
fn the_origination_dns_of_a_virtual_group_count_for_its_members_of_the_moment() {
    let told = tell(
        SCRIPTS,
        "0 2001 AgentLogin A1
         1 9002 Queued c1 q=9002
         1 9002 Diverted c1 to=2001 q=9002
         1 2001 Ringing c1 q=9002
         2 2001 Established c1 q=9002
         7 2001 Released c1
         9 2001 AgentLogout A1",
    );
    assert_eq!(totals(&told, "9002", Action::AgentLoginOnQueue), (1, 9), "Q-31");
    assert_eq!(totals(&told, "9002", Action::CallReleased).0, 1, "Q-25");
}

#[test]
fn a_wrong_script_is_told_and_the_group_is_empty() {
    let mut told = tell(SCRIPTS, "0 2001 AgentLogin A1");
    assert_eq!(told.objects.counters().misconfigured, 2, "O-7");
    let complaints: Vec<String> =
        told.objects.floor.take_complaints().iter().map(ToString::to_string).collect();
    assert!(complaints[0].contains("Bad") && complaints[0].contains("\"much\""), "{complaints:?}");
    assert!(complaints[0].contains("character 19"), "{complaints:?}");
    assert!(complaints[1].contains("Lost") && complaints[1].contains("nowhere"), "{complaints:?}");
    assert!(told.objects.floor.take_complaints().is_empty(), "told once");
    assert!(memberships(&told, "Bad").is_empty() && memberships(&told, "Lost").is_empty());
}
