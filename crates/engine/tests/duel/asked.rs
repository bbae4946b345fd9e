//! Random definitions, in the words of the library and of the oracle.

use super::words::*;
use model::snapshot::DnType;
use model::tenant::Tenant;
use model::{Micros, Object, ObjectType};
use oracle::timeline::{Chance, NINE};
use oracle::{Category as C, Definition, Filter, Profile, Range, Subject};

/// A definition with the type of objects that it is asked of.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) definition: Definition,
    kind: ObjectType,
    profile: &'static str,
}

impl Asked {
    pub(crate) fn some(chance: &mut Chance) -> Self {
        use ObjectType as T;
        let kinds = [
            T::RegDN,
            T::Agent,
            T::Place,
            T::GroupAgents,
            T::GroupPlaces,
            T::Queue,
            T::RoutePoint,
            T::GroupQueues,
        ];
        let kind = chance.one(&kinds).expect("some");
        let queue = matches!(kind, T::Queue | T::RoutePoint | T::GroupQueues);
        let subject = if !queue && chance.percent(45) || queue && kind != T::GroupQueues && chance.percent(5)
        {
            Subject::Status
        } else {
            Subject::Action
        };
        let category = loop {
            let category = chance.one(C::ALL).expect("some");
            if fits(category, kind, subject) {
                break category;
            }
        };
        let durable_only = matches!(category, C::MaxNumber | C::MinNumber | C::TotalDistinctTime)
            || matches!(category, C::AverageOfCurrentNumber | C::AverageOfCurrentTime)
            || category.name().starts_with("Current");
        let masks: &[&str] = match subject {
            Subject::Status if queue => &["Monitored", "NotMonitored"],
            Subject::Status if kind == T::RegDN => DN_STATUSES,
            Subject::Status => STATUSES,
            Subject::Action if category == C::CurrentDistinctNumber && !queue => OF_CALLS,
            Subject::Action if category == C::CurrentDistinctNumber => &["CallWait"],
            Subject::Action if category == C::ServiceFactor1 => &["CallAnswered"],
            Subject::Action if queue && durable_only => QUEUE_DURABLE,
            Subject::Action if queue && chance.percent(25) => QUEUE_PARTS,
            Subject::Action if queue => QUEUE_INSTANTS,
            Subject::Action if chance.percent(15) => PARTS,
            Subject::Action if durable_only || chance.percent(40) => DURABLE,
            Subject::Action => INSTANTS,
        };
        let mut main = chance.one(masks).expect("some");
        if queue && category == C::CurrentNumber && subject == Subject::Action && chance.percent(40) {
            main = chance.one(&["AgentLogin", "AgentReady", "AgentActive"]).expect("some");
        } else if queue && category == C::TotalDistinctTime && subject == Subject::Action {
            main = "CallWait";
        }
        let may_rel = matches!(category, C::AverageTime | C::CurrentAverageTime) && chance.percent(40);
        let rel = (must_rel(category) || may_rel).then(|| chance.one(masks).expect("some"));
        let profile = loop {
            let profile = chance.one(PROFILES).expect("some");
            if !profile.starts_with("Selection") || !refuses_selection(category) {
                break profile;
            }
        };
        let ranged = category.name().contains("InTimeRange") || category == C::ServiceFactor1;
        let may_range = category == C::RelativeNumberPercentage && chance.percent(50);
        let range = (ranged && chance.percent(85) || may_range).then(|| chance.one(RANGES).expect("some"));
        let range2 =
            (category == C::ServiceFactor1 && chance.percent(50)).then(|| chance.one(RANGES).expect("some"));
        let opened = match chance.below(4) {
            0 => Some(NINE - Micros::from_secs(chance.below(400) as i64)),
            1 => Some(NINE + Micros::from_secs(chance.below(200) as i64)),
            _ => None,
        };
        let pseudo = main.starts_with("Agent") && queue;
        let instants = category != C::ServiceFactor1
            && masks.as_ptr() == if queue { QUEUE_INSTANTS.as_ptr() } else { INSTANTS.as_ptr() };
        let has_durable = main.contains("AfterCallWork") || rel.is_some_and(|rel| rel.contains("AfterCall"));
        let may_last = instants && !has_durable && !category.name().starts_with("Current")
            || category.name().starts_with("Current") && category != C::CurrentContinuousTime;
        // Which are the last so many, where a filter is for one mask only, no rule tells.
        let is_open = category == C::AverageNumberPerRelativeHour && profile.starts_with("Selection");
        let filter = (!pseudo && !is_open && chance.percent(35)).then(|| filter(chance, may_last));
        let definition = Definition {
            category,
            subject,
            main: main.into(),
            rel: rel.map(Into::into),
            profile: meaning(profile),
            range,
            range2,
            filter,
            distinct: false,
            opened,
        };
        Self { definition, kind, profile }
    }

    /// The same, opened then unless it says otherwise.
    pub(crate) fn opened(&self, at: Micros) -> Self {
        let mut asked = self.clone();
        asked.definition.opened.get_or_insert(at);
        asked
    }

    /// All objects of its type.
    pub(crate) fn objects(&self, tenant: &Tenant) -> Vec<Object> {
        use ObjectType as T;
        let dns = |fits: &dyn Fn(DnType) -> bool| -> Vec<String> {
            let dns = tenant.dns.iter().filter(|dn| fits(dn.kind));
            dns.map(|dn| format!("{}@{}", dn.number, dn.switch)).collect()
        };
        let names: Vec<String> = match self.kind {
            T::RegDN => dns(&|kind| !kind.is_mediation()),
            T::RoutePoint => dns(&|kind| kind == DnType::RoutePoint),
            T::Queue => dns(&|kind| kind.is_mediation() && kind != DnType::RoutePoint),
            T::Agent => tenant.agents.iter().map(|agent| agent.id.to_string()).collect(),
            T::Place => tenant.places.iter().map(|place| place.name.to_string()).collect(),
            T::GroupAgents => tenant.agent_groups.iter().map(|group| group.name.to_string()).collect(),
            T::GroupPlaces => tenant.place_groups.iter().map(|group| group.name.to_string()).collect(),
            _ => tenant.queue_groups.iter().map(|group| group.name.to_string()).collect(),
        };
        names.into_iter().map(|name| Object::new(self.kind, name)).collect()
    }

    fn subject(&self) -> &'static str {
        use ObjectType as T;
        match (self.definition.subject, self.kind) {
            (Subject::Action, _) => "DNAction",
            (_, T::Agent | T::GroupAgents) => "AgentStatus",
            (_, T::Place | T::GroupPlaces) => "PlaceStatus",
            _ => "DNStatus",
        }
    }
}

/// A condition; `may_last`: it may ask how long.
fn filter(chance: &mut Chance, may_last: bool) -> Filter {
    let atoms = [
        Filter::Pair("Language", "Spanish"),
        Filter::Pair("Language", "E*"),
        Filter::Pair("Language", "*"),
        Filter::Pair("Vip", "yes"),
        Filter::Pair("ReasonCode", "Lunch"),
        Filter::Dnis("800"),
        Filter::Queue("9001"),
    ];
    let mut one = || atoms[chance.below(atoms.len())].clone();
    let (first, second) = (one(), one());
    match chance.below(if may_last { 10 } else { 8 }) {
        0..4 => first,
        4 | 5 => Filter::Not(Box::new(first)),
        6 => Filter::Both(Box::new(first), Box::new(Filter::Not(Box::new(second)))),
        7 => Filter::Either(Box::new(first), Box::new(second)),
        8 => Filter::Longer(5),
        _ => Filter::Either(Box::new(Filter::Longer(8)), Box::new(first)),
    }
}

fn fits(category: C, kind: ObjectType, subject: Subject) -> bool {
    use ObjectType as T;
    let queue = matches!(kind, T::Queue | T::RoutePoint | T::GroupQueues);
    match category {
        C::CurrentContinuousTime | C::TotalContinuousNumber => {
            subject == Subject::Status && matches!(kind, T::Agent | T::Place)
        }
        C::AverageNumberPerRelativeHour => subject == Subject::Status && !queue,
        C::ServiceFactor1 => subject == Subject::Action && queue,
        C::CurrentDistinctNumber => subject == Subject::Action,
        _ => true,
    }
}

fn must_rel(category: C) -> bool {
    matches!(
        category,
        C::RelativeTimePercentage
            | C::RelativeNumberPercentage
            | C::RelativeNumber
            | C::CurrentRelativeNumberPercentage
            | C::CurrentRelativeTimePercentage
            | C::AverageNumberPerRelativeHour
    )
}

/// Rules TP-11 and Q-36.
fn refuses_selection(category: C) -> bool {
    matches!(
        category,
        C::ElapsedTimePercentage
            | C::AverageOfCurrentNumber
            | C::AverageOfCurrentTime
            | C::MaxNumber
            | C::MinNumber
            | C::TotalContinuousNumber
            | C::TotalNumberPerSecond
            | C::ServiceFactor1
    )
}

fn meaning(profile: &str) -> Profile {
    match profile.split_once(' ').expect("two words") {
        ("Growing", "0:00") => Profile::Growing(vec![(0, 0)]),
        ("Growing", "0:00 +0:15") => Profile::Growing(vec![(0, 15)]),
        ("Growing", "0:00 +0:01") => Profile::Growing(vec![(0, 1)]),
        ("Growing", "7:00,9:05,9:10 +0:02") => Profile::Growing(vec![(420, 0), (545, 0), (550, 2)]),
        ("Growing", "never") => Profile::Growing(Vec::new()),
        ("Sliding", text) => {
            let (window, tick) = text.split_once(':').expect("two numbers");
            Profile::Sliding(window.parse().unwrap(), tick.parse().unwrap())
        }
        (_, n) => Profile::Selection(n.parse().unwrap()),
    }
}

/// The tables of contracts 6 that ask for all of them.
pub(crate) fn library(asked: &[Asked]) -> String {
    let text = |range: Range| {
        let end = range.1.map(|end| end.to_string()).unwrap_or_default();
        format!("{}-{end}", range.0)
    };
    let mut all = "[time_profiles]\n".to_owned();
    for (n, one) in asked.iter().enumerate() {
        all += &format!("P{n} = '{}'\n", one.profile);
    }
    all += "[time_ranges]\n";
    for (n, one) in asked.iter().enumerate() {
        for (key, range) in [("R", one.definition.range), ("S", one.definition.range2)] {
            all += &range.map(|range| format!("{key}{n} = '{}'\n", text(range))).unwrap_or_default();
        }
    }
    for (n, one) in asked.iter().enumerate() {
        let d = &one.definition;
        all += &format!(
            "[stat_types.T{n}]\nObjects = ['{}']\nCategory = '{}'\nSubject = '{}'\nMainMask = '{}'\n",
            one.kind.name(),
            d.category.name(),
            one.subject(),
            d.main
        );
        all += &d.rel.as_ref().map(|rel| format!("RelMask = '{rel}'\n")).unwrap_or_default();
        all += &format!(
            "[[statistic]]\nname = 's{n}'\nstat_type = 'T{n}'\nobjects = ['*']\ntime_profile = 'P{n}'\n"
        );
        all += &d.range.map(|_| format!("time_range = 'R{n}'\n")).unwrap_or_default();
        all += &d.range2.map(|_| format!("time_range2 = 'S{n}'\n")).unwrap_or_default();
        all += &d.filter.as_ref().map(|filter| format!("filter = '{filter}'\n")).unwrap_or_default();
        all += &d.opened.map(|at| format!("opened_at = '{}'\n", at.0)).unwrap_or_default();
    }
    all
}
