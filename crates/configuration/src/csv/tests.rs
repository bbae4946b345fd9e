//! Tables as people write them, and what is said where they are wrong.

use super::*;
use proptest::prelude::*;

fn files(files: &[(&str, &str)]) -> BTreeMap<String, String> {
    files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

const TENANT: (&str, &str) = ("tenant.csv", "tenant,time_zone\nacme,Europe/Berlin\n");

#[test]
fn a_directory_of_tables_is_a_tenant() {
    let tenant = read(&files(&[
        TENANT,
        ("sources.csv", "switch,name\r\nsw1,pbx1\r\n"),
        (
            "dns.csv",
            "number,switch,type,name,vq_stuck_check\n9001,sw1,Queue,\"Sales, north\",\n8001,sw1,VirtualQueue,,60\n",
        ),
        ("agents.csv", "\u{feff}id,name,skills\nA1,\"Ann \"\"Ace\"\" Lee\",Spanish=7; French = 2\nA2\n\n"),
        ("agent_groups.csv", "name,agents,script\nSales,A1; A2,\nSpanish,,\"Skill(\"\"Spanish\"\")>=5\"\n"),
        ("places.csv", "name,dns\nP1,2001@sw1;2002@sw1\n"),
        ("place_groups.csv", "name,places,origination_dns\nPG,P1,9001@sw1\n"),
        ("queue_groups.csv", "name,dns\nAll,9001@sw1\n"),
    ]));
    let as_toml = Tenant::from_toml(
        r#"tenant = "acme"
        time_zone = "Europe/Berlin"
        source = [{ name = "pbx1", switch = "sw1" }]
        dn = [{ number = "9001", switch = "sw1", type = "Queue", name = "Sales, north" },
              { number = "8001", switch = "sw1", type = "VirtualQueue", vq_stuck_check = 60 }]
        agent = [{ id = "A1", name = 'Ann "Ace" Lee', skills = { Spanish = 7, French = 2 } }, { id = "A2" }]
        agent_group = [{ name = "Sales", agents = ["A1", "A2"] }, { name = "Spanish", script = 'Skill("Spanish")>=5' }]
        place = [{ name = "P1", dns = ["2001@sw1", "2002@sw1"] }]
        place_group = [{ name = "PG", places = ["P1"], origination_dns = ["9001@sw1"] }]
        queue_group = [{ name = "All", dns = ["9001@sw1"] }]"#,
    );
    assert_eq!(tenant.unwrap(), as_toml.unwrap());
}

#[test]
fn what_is_wrong_is_told_with_file_line_and_column() {
    for (name, text, words) in [
        ("agents.csv", "id,skils\nA1,x\n", "agents.csv line 1, column skils: this column is not known"),
        ("agents.csv", "name\nAnn\n", "agents.csv line 1, column id: this column is missing"),
        ("agents.csv", "id,id\nA1,A1\n", "agents.csv line 1, column id: this column is there twice"),
        ("agents.csv", "id,name\nA1,Ann\n,Bea\n", "agents.csv line 3, column id: it is empty"),
        ("agents.csv", "id,skills\nA1,\"x\n\ny=1\"\nA2,Spanish=much\n", "agents.csv line 5, column skills"),
        (
            "agents.csv",
            "id,skills\nA1,\nA2,Spanish=much\n",
            "agents.csv line 3, column skills: \"Spanish=much\"",
        ),
        ("agents.csv", "id,name\nA1,Lee, Ann\n", "agents.csv line 2: it has 3 cells under 2 columns"),
        ("agents.csv", "id,name\nA1,\"Ann\nA2,Bea\n", "agents.csv line 2: a quote is opened and not closed"),
        ("agents.csv", "id,name\nA1,An\"n\n", "agents.csv line 2: a quote stands amid a cell"),
        ("agents.csv", "", "agents.csv: it is empty"),
        ("dns.csv", "number,switch,type\n9001,sw1,Cue\n", "dns.csv line 2, column type: \"Cue\""),
        ("dns.csv", "number,switch,type,vq_stuck_check\n9001,sw1,Queue,soon\n", "column vq_stuck_check"),
        ("agent_groups.csv", "name,agents,script\nG,A1,x\n", "agent_groups.csv line 2, column script"),
        ("agentz.csv", "id\nA1\n", "agentz.csv: this table is not known"),
    ] {
        let error = read(&files(&[TENANT, (name, text)])).unwrap_err().to_string();
        assert!(error.starts_with(words) || error.contains(words), "{error}\nshould say: {words}");
    }
    assert!(read(&files(&[])).unwrap_err().to_string().starts_with("tenant.csv: it names no tenant"));
    let two = read(&files(&[("tenant.csv", "tenant\na\nb\n")])).unwrap_err();
    assert!(two.to_string().contains("one tenant"), "{two}");
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "[a-z,\"\n\r; =]{0,60}") {
        let _ = read(&files(&[TENANT, ("agents.csv", &format!("id,name,skills\n{text}"))]));
        let _ = read(&files(&[TENANT, ("agents.csv", &text)]));
    }

    #[test]
    fn cells_come_back_as_they_were_quoted(cells in prop::collection::vec("[a-z,\"\n; ]{0,8}x", 1..5)) {
        let quoted: Vec<String> =
            cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
        let lines = cells::lines(&quoted.join(",")).unwrap();
        let trimmed: Vec<String> = cells.iter().map(|cell| cell.trim().to_owned()).collect();
        prop_assert_eq!(&lines[0].cells, &trimmed);
    }
}
