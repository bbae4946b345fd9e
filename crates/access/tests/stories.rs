//! Stories of access lists: who sees what, and why.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use access::{Account, Book, Effect, FALLBACK, Given, Reach, Scope, Subject, WithoutLists};
use model::tenant::{Pattern, Tenant};
use model::{Object, ObjectType, Text};
use proptest::prelude::*;

const CENTRE: &str = "
tenant = 'acme'
source = [{ name = 'pbx', switch = 'sw' }]
dn = [
  { number = '8001', switch = 'sw', type = 'Queue' },
  { number = '8002', switch = 'sw', type = 'Queue' },
  { number = '9000', switch = 'sw', type = 'RoutePoint' },
  { number = '2001', switch = 'sw', type = 'Extension' },
]
place = [{ name = 'P1', dns = ['2001@sw'] }]
agent = [{ id = 'A1' }, { id = 'A2' }, { id = 'A3', skills = { Spanish = 7 } }]
agent_group = [
  { name = 'Sales', agents = ['A1', 'A2'] },
  { name = 'Spanish', script = 'Skill(\"Spanish\") >= 5' },
]
queue_group = [{ name = 'All', dns = ['8001@sw', '8002@sw'] }]
access_group = [{ name = 'leads', users = ['Ann'], roles = ['lead'] }]
";

fn tenant(access: &str) -> Tenant {
    Tenant::from_toml(&format!("{CENTRE}\n{access}")).unwrap()
}

fn book(access: &str) -> Book {
    Book::of(&tenant(access), &[], WithoutLists::Deny).unwrap()
}

fn object(text: &str) -> Object {
    Pattern::parse(text).unwrap().exact().unwrap()
}

/// What of the centre somebody sees, as `Type:id` words.
fn seen(book: &Book, user: &str, roles: &[&str]) -> String {
    let roles: Vec<Text> = roles.iter().map(|role| Text::from(*role)).collect();
    match book.statement(user, &roles).scope() {
        Scope::Everything => "everything".to_owned(),
        Scope::Nothing => "nothing".to_owned(),
        Scope::Only(objects) => {
            let words = objects.iter().map(|object| format!("{}:{}", object.kind.name(), object.id));
            words.collect::<Vec<_>>().join(" ")
        }
    }
}

#[test]
fn a_group_gives_its_members_and_a_queue_gives_the_queue() {
    let book = book(
        "[[access]]\nname = 'l'\nwho = { group = 'leads' }\nallow = ['GroupAgents:Sales', 'Queue:8001@sw']",
    );
    let sales = "Agent:A1 Agent:A2 GroupAgents:Sales Queue:8001@sw";
    assert_eq!(seen(&book, "ann", &[]), sales);
    assert_eq!(seen(&book, "ANN", &[]), sales, "names of users know no case");
    assert_eq!(seen(&book, "bob", &["lead"]), sales, "the role belongs to the group");
    assert_eq!(seen(&book, "bob", &["Lead"]), "nothing");
    assert_eq!(seen(&book, "bob", &[]), "nothing");
}

#[test]
fn a_group_without_its_members_is_the_group_alone() {
    let book = book(
        "[[access]]\nname = 'l'\nwho = { user = 'ann' }\nallow = ['GroupAgents:Sales', 'Tenant:acme']\nmembers = false",
    );
    assert_eq!(seen(&book, "ann", &[]), "GroupAgents:Sales Tenant:acme");
}

#[test]
fn places_switches_and_skills_hold_what_they_hold() {
    let lists = "
        [[access]]\nname = '1'\nwho = { user = 'ann' }\nallow = ['Place:P1']
        [[access]]\nname = '2'\nwho = { user = 'bob' }\nallow = ['Switch:sw']
        [[access]]\nname = '3'\nwho = { user = 'cyd' }\nallow = ['GroupAgents:Spanish']
        [[access]]\nname = '4'\nwho = { user = 'dan' }\nallow = ['GroupQueues:*']";
    let book = book(lists);
    assert_eq!(seen(&book, "ann", &[]), "Place:P1 RegDN:2001@sw");
    assert_eq!(
        seen(&book, "bob", &[]),
        "RoutePoint:9000@sw Queue:8001@sw Queue:8002@sw Switch:sw RegDN:2001@sw"
    );
    assert_eq!(seen(&book, "cyd", &[]), "Agent:A3 GroupAgents:Spanish");
    assert_eq!(seen(&book, "dan", &[]), "Queue:8001@sw Queue:8002@sw GroupQueues:All");
}

#[test]
fn a_denial_wins_over_whatever_allows() {
    let lists = "
        [[access]]\nname = 'a'\nwho = { user = 'ann' }\nallow = ['GroupAgents:Sales']
        [[access]]\nname = 'b'\nwho = { everyone = true }\ndeny = ['Agent:A2']
        [[access]]\nname = 'c'\nwho = { role = 'boss' }\nallow = ['*']";
    let book = book(lists);
    assert_eq!(seen(&book, "ann", &[]), "Agent:A1 GroupAgents:Sales");
    let boss = book.statement("eve", &["boss".into()]).scope();
    assert!(boss.holds(&object("Queue:8001@sw")) && !boss.holds(&object("Agent:A2")));
    assert!(!boss.holds(&object("Agent:nobody-knows")), "what is not known may be what is denied");
}

#[test]
fn to_deny_everything_leaves_nothing() {
    let lists = "
        [[access]]\nname = 'a'\nwho = { everyone = true }\nallow = ['*']
        [[access]]\nname = 'b'\nwho = { user = 'ann' }\ndeny = ['*']";
    assert_eq!(seen(&book(lists), "ann", &[]), "nothing");
    let denied = book(lists).statement("bob", &[]).scope();
    assert!(denied.holds(&object("Agent:A1")), "{denied:?}");
}

#[test]
fn who_may_see_everything_sees_what_is_not_known_yet() {
    let book = book("[[access]]\nname = 'a'\nwho = { role = 'boss' }\nallow = ['*']");
    assert_eq!(seen(&book, "eve", &["boss"]), "everything");
}

#[test]
fn without_access_lists_the_setting_decides() {
    let bob = Account {
        user: "bob".into(),
        access: Some(Given { allow: vec!["Queue:8001@sw".into()], deny: vec![] }),
        ..Account::default()
    };
    let of = |access: &str, without| Book::of(&tenant(access), std::slice::from_ref(&bob), without).unwrap();
    let (deny, everything) = (of("", WithoutLists::Deny), of("", WithoutLists::Everything));
    assert_eq!(seen(&deny, "ann", &["admin"]), "nothing");
    assert_eq!(seen(&everything, "ann", &[]), "everything");
    assert_eq!(seen(&everything, "bob", &[]), "Queue:8001@sw", "his account itself says what he sees");
    let reason = everything.statement("ann", &[]).explain(&object("Agent:A1"));
    assert_eq!(reason.decided_by.unwrap().rule, FALLBACK);
    let listed =
        of("[[access]]\nname = 'a'\nwho = { user = 'cyd' }\nallow = ['*']", WithoutLists::Everything);
    assert_eq!(seen(&listed, "ann", &[]), "nothing", "there are lists, and none is for her");
}

#[test]
fn accounts_join_groups_and_what_they_say_wrongly_shows_nothing() {
    let account = |user: &str, groups: &[&str], allow: &[&str], deny: &[&str]| Account {
        user: user.into(),
        groups: groups.iter().map(|group| Text::from(*group)).collect(),
        access: Some(Given {
            allow: allow.iter().map(|text| Text::from(*text)).collect(),
            deny: deny.iter().map(|text| Text::from(*text)).collect(),
        }),
    };
    let lists = "[[access]]\nname = 'l'\nwho = { group = 'leads' }\nallow = ['Queue:8001@sw']";
    let accounts = [
        account("dan", &["leads"], &["Agent:A1"], &[]),
        account("eve", &["leads"], &["Agent:A1"], &["nonsense"]),
        account("fay", &["leads"], &["nonsense"], &[]),
    ];
    let book = Book::of(&tenant(lists), &accounts, WithoutLists::Deny).unwrap();
    assert_eq!(seen(&book, "dan", &[]), "Agent:A1 Queue:8001@sw");
    assert_eq!(seen(&book, "eve", &[]), "nothing", "a denial that can't be read denies everything");
    assert_eq!(seen(&book, "fay", &[]), "Queue:8001@sw");
    assert!(book.sheets.contains_key(&Subject::User("fay".into())));
}

#[test]
fn patterns_mean_what_was_discovered_too() {
    let found = |object: &str, groups: &[&str]| access::Discovered {
        object: self::object(object),
        groups: groups.iter().map(|group| Text::from(*group)).collect(),
    };
    let found = [found("Queue:8099@sw", &[]), found("Agent:A9", &["Sales"])];
    let lists = "[[access]]\nname = 'l'\nwho = { user = 'ann' }\nallow = ['Queue:80*', 'GroupAgents:Sales']";
    let book = Book::with(&tenant(lists), &found, &[], WithoutLists::Deny).unwrap();
    let all = "Agent:A1 Agent:A2 Agent:A9 GroupAgents:Sales Queue:8001@sw Queue:8002@sw Queue:8099@sw";
    assert_eq!(seen(&book, "ann", &[]), all);
}

#[test]
fn an_explanation_names_the_rule_that_decided() {
    let lists = "
        [[access]]\nname = 'all of sales'\nwho = { group = 'leads' }\nallow = ['GroupAgents:Sales']
        [[access]]\nname = 'not A2'\nwho = { user = 'ann' }\ndeny = ['Agent:A2']";
    let statement = book(lists).statement("ann", &[]);
    let seen = statement.explain(&object("Agent:A1"));
    let reason = seen.decided_by.unwrap();
    assert_eq!((seen.visible, &*reason.rule, &*reason.who), (true, "all of sales", "access group leads"));
    let denied = statement.explain(&object("Agent:A2"));
    assert_eq!(denied.decided_by.as_ref().unwrap().effect, Effect::Deny);
    assert_eq!((denied.visible, denied.rules.len()), (false, 2));
    let nothing = statement.explain(&object("Queue:8001@sw"));
    assert_eq!((nothing.visible, nothing.decided_by), (false, None));
}

#[test]
fn only_those_are_concerned_whose_objects_differ() {
    let lists = "
        [[access]]\nname = 'a'\nwho = { user = 'ann' }\nallow = ['GroupAgents:Sales']
        [[access]]\nname = 'b'\nwho = { user = 'bob' }\nallow = ['Queue:*']";
    let before = book(lists);
    let mut moved = tenant(lists);
    moved.agent_groups[0].agents.retain(|agent| agent != "A2");
    let after = Book::of(&moved, &[], WithoutLists::Deny).unwrap();
    let news = before.news(&after);
    assert_eq!(news.concerned, [Subject::User("ann".into())].into());
    assert_eq!((news.rules.len(), news.sheets.len()), (1, 0));
    assert!(after.news(&after).is_empty());
}

fn list() -> impl Strategy<Value = String> {
    let who = prop_oneof![
        Just("user = 'ann'"),
        Just("user = 'bob'"),
        Just("group = 'leads'"),
        Just("role = 'boss'"),
        Just("everyone = true")
    ];
    let pattern = prop_oneof![
        Just("*"),
        Just("Agent:*"),
        Just("Agent:A1"),
        Just("GroupAgents:Sales"),
        Just("Queue:80*"),
        Just("GroupQueues:All"),
        Just("Switch:sw"),
        Just("Tenant:acme"),
        Just("Place:P1")
    ];
    let patterns = prop::collection::vec(pattern, 0..3);
    (who, patterns.clone(), patterns, any::<bool>()).prop_map(|(who, allow, deny, members)| {
        let list = |patterns: &[&str]| {
            patterns.iter().map(|pattern| format!("'{pattern}'")).collect::<Vec<_>>().join(", ")
        };
        let (allow, deny) = (list(&allow), list(&deny));
        format!("who = {{ {who} }}\nallow = [{allow}]\ndeny = [{deny}]\nmembers = {members}\n")
    })
}

fn lists() -> impl Strategy<Value = String> {
    prop::collection::vec(list(), 0..5).prop_map(|lists| {
        let named = lists.iter().enumerate();
        named.map(|(number, list)| format!("[[access]]\nname = 'list {number}'\n{list}")).collect()
    })
}

proptest! {
    #[test]
    fn a_scope_is_what_is_allowed_without_what_is_denied(lists in lists(), user in "ann|bob|cyd", boss: bool) {
        let book = book(&lists);
        let roles: Vec<Text> = boss.then(|| "boss".into()).into_iter().collect();
        let statement = book.statement(&user, &roles);
        let scope = statement.scope();
        let known = access::Known::of(&tenant(&lists), &[]).unwrap();
        for object in known.objects() {
            let allowed = statement.rules().any(|rule| rule.allows.holds(object));
            let denied = statement.rules().any(|rule| rule.denies.holds(object));
            prop_assert_eq!(scope.holds(object), allowed && !denied, "{:?}", object);
            let why = statement.explain(object);
            prop_assert_eq!(why.visible, scope.holds(object));
            let decided = why.decided_by.map(|reason| reason.effect);
            prop_assert_eq!(decided == Some(Effect::Allow), why.visible);
        }
        let stranger = Object::new(ObjectType::Agent, "stranger");
        let all = statement.rules().any(|rule| matches!(rule.allows, Reach::All(_)));
        let denies = statement.rules().any(|rule| !rule.denies.is_empty());
        prop_assert_eq!(scope.holds(&stranger), all && !denies);
    }

    #[test]
    fn news_carried_out_give_the_other_book(one in lists(), other in lists()) {
        let (from, to) = (book(&one), book(&other));
        let news = from.news(&to);
        let mut told = from.clone();
        told.apply(&news);
        prop_assert_eq!(&told, &to);
        for (user, roles) in [("ann", vec![]), ("bob", vec![Text::from("boss")]), ("cyd", vec![])] {
            let differs = from.statement(user, &roles) != to.statement(user, &roles);
            let concerned = Book::subjects_of(user, &roles).iter().any(|subject| news.concerned.contains(subject));
            prop_assert!(concerned || !differs, "whoever's rules differ is told");
        }
    }
}
