//! Scripts that are read, and what they say of agents.

use super::*;

const QUEUE: ObjectIx = ObjectIx(9);

fn read(text: &str) -> Result<Expr, ScriptError> {
    parse(text, &mut |name| match name {
        "sw" => Ok(Where::Switch(1)),
        "9001@sw" => Ok(Where::Queue(QUEUE)),
        other => Err(format!("`{other}` is neither a switch nor a queue")),
    })
}

/// Whether an agent with Spanish 7 and German 0 belongs, who is logged in as `is` says.
fn belongs(text: &str, is: &[Word]) -> bool {
    let skills = Skills::from([("Spanish".into(), 7), ("German".into(), 0)]);
    let expr = read(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    holds(&expr.rule(&skills), |word| is.contains(&word))
}

#[test]
fn levels_are_compared() {
    for (text, expected) in [
        (r#"Skill("Spanish")>=5"#, true),
        (r#"Skill("Spanish") > 7"#, false),
        (r#"skill("Spanish") != 7"#, false),
        (r#"Skill("German")=0"#, true),
        (r#"Skill("Spanish")>Skill("German")"#, true),
        (r#"-1<Skill("German") & Skill("Spanish")<=7"#, true),
        (r#"SkillExists("German")"#, true),
        (r#"~SkillExists("French")"#, true),
        (r#"~SkillExists("German")=1"#, false),
        (r#"~~SkillExists("German")=1"#, true),
    ] {
        assert_eq!(belongs(text, &[]), expected, "{text}");
    }
}

#[test]
fn an_absent_level_makes_every_comparison_false() {
    for comparison in ["=", "!=", ">=", "<=", ">", "<"] {
        for level in ["3", r#"Skill("Spanish")"#, r#"Skill("French")"#] {
            let text = format!(r#"Skill("French"){comparison}{level}"#);
            assert!(!belongs(&text, &[]), "O-6: {text}");
            assert!(belongs(&format!("~({text})"), &[]), "O-6: ~({text})");
        }
    }
}

#[test]
fn and_binds_more_tightly_than_or() {
    let (yes, no) = (r#"SkillExists("Spanish")"#, r#"SkillExists("French")"#);
    assert!(belongs(&format!("{yes}|{no}&{no}"), &[]), "O-7");
    assert!(!belongs(&format!("({yes}|{no})&{no}"), &[]));
    assert!(!belongs(&format!("~{yes}|{no}"), &[]));
    assert!(!belongs(&format!("~({yes}|{no})"), &[]));
}

#[test]
fn logins_are_asked_where_skills_leave_it_open() {
    let (queue, switch) = (Word::Queue(QUEUE), Word::Switch(1));
    let text = r#"Skill("Spanish")>=5 & (LoggedIn("9001@sw") | ~LoggedIn("sw")) & ~SkillExists("French")"#;
    assert!(belongs(text, &[]));
    assert!(!belongs(text, &[switch]));
    assert!(belongs(text, &[switch, queue]));
    let known = Skills::new();
    assert_eq!(read(text).unwrap().rule(&known), Rule::new(), "whoever lacks the skill never belongs");
    let text = r#"~SkillExists("Spanish") | LoggedIn("sw")"#;
    assert_eq!(read(text).unwrap().rule(&known), always());
}

#[test]
fn errors_name_the_word_and_its_place() {
    for (text, word, at) in [
        ("", "", 1),
        (r#"Skil("Spanish")>=5"#, "Skil", 1),
        (r#"Skill("Spanish)>=5"#, "\"Spanish)>=5", 7),
        (r#"Skill(Spanish)>=5"#, "Spanish", 7),
        (r#"Skill "Spanish" >= 5"#, "\"Spanish\"", 7),
        (r#"Skill("Spanish")"#, "", 17),
        (r#"Skill("Spanish") => 5"#, ">", 19),
        (r#"Skill("Spanish")>=much"#, "much", 19),
        (r#"Skill("Spanish")>=99999999999999999999"#, "99999999999999999999", 19),
        (r#"~Skill("Spanish")>=5"#, "~", 1),
        (r#"SkillExists("ä") and 5"#, "and", 18),
        (r#"(SkillExists("a")"#, "", 18),
        (r#"SkillExists("a"))"#, ")", 17),
        (r#"SkillExists("a") # b"#, "#", 18),
        (r#"LoggedIn("8000@sw")"#, "\"8000@sw\"", 10),
        (r#"LoggedIn("sw")=1"#, "=", 15),
    ] {
        let error = read(text).expect_err(text);
        assert_eq!((error.word.as_str(), error.at), (word, at), "{text}: {error}");
    }
}

#[test]
fn no_text_makes_it_panic() {
    let deep = "(".repeat(100_000);
    assert!(read(&deep).unwrap_err().what.contains("deep"));
    assert!(read(&format!("{}SkillExists(\"a\")", "~".repeat(100_000))).is_ok());
    let whole = r#"~(Skill("é")>=-5)|LoggedIn("sw")&SkillExists("b")!=Skill("c")"#;
    for (end, _) in whole.char_indices() {
        let _read = read(&whole[..end]);
        let _read = read(&whole[end..]);
    }
}
