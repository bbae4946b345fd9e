//! When statistics and the world begin (rule Q-6).

use engine::Engine;
use model::tenant::Tenant;
use model::{Event, Micros, Object, ObjectType, Record};
use stats::{Content, Library};

/// 2026-11-23T09:00:00Z.
const NINE: i64 = 1_795_424_400;

const TENANT: &str = "
tenant = 'one'
source = [{ name = 'pbx1', switch = 'sw1' }]
dn = [{ number = '2001', switch = 'sw1', type = 'Extension' }]
agent = [{ id = 'A1' }]
";

#[test]
fn each_statistic_begins_at_its_own_opening_whatever_else_is_asked() {
    let mut text =
        "[stat_types.Out]\nObjects = ['Agent']\nCategory = 'CurrentTime'\nSubject = 'AgentStatus'\n\
                    MainMask = 'LoggedOut'\n"
            .to_owned();
    for (name, opened) in
        [("early", Some(NINE - 3600)), ("late", Some(NINE - 10)), ("after", Some(NINE + 80))]
            .into_iter()
            .chain([("unsaid", None)])
    {
        text += &format!("[[statistic]]\nname = '{name}'\nstat_type = 'Out'\nobjects = ['A1']\n");
        text += &opened.map(|opened| format!("opened_at = '{opened}000000'\n")).unwrap_or_default();
    }
    let (mut engine, refused) =
        Engine::new(&Tenant::from_toml(TENANT).unwrap(), &Library::from_toml(&text).unwrap()).unwrap();
    assert!(refused.is_empty(), "{refused:?}");
    let at = Micros::from_secs(NINE + 100);
    let first = Record::new("pbx1", Event::OffHook, Micros::from_secs(NINE + 60));
    engine.step(&[first], at);
    let agent = Object::new(ObjectType::Agent, "A1");
    let value = |name: &str| engine.read(name, &agent, at).map(|value| value.content);
    assert_eq!(value("early"), Some(Content::Number(3700.0)));
    assert_eq!(value("late"), Some(Content::Number(110.0)));
    assert_eq!(value("after"), Some(Content::Number(40.0)), "nobody was logged in since the first record");
    assert_eq!(value("unsaid"), Some(Content::Number(40.0)));
}
