//! The example of the document: a quarter of an hour, and every statistic's value at its end.

use anyhow::{Context, Result};
use engine::Engine;
use model::tenant::Tenant;
use model::{Micros, Object, ObjectType, Record};
use stats::{Content, Flags, Library, Request, StatType, Value};
use std::fmt::Write;

const TENANT: &str = include_str!("../../docs/examples/tenant.toml");
const EVENTS: &str = include_str!("../../docs/examples/quarter-hour.jsonl");
/// How long it lasts.
const LENGTH: Micros = Micros::from_secs(900);

/// Whose values are told: type, id, and name in the text.
const OBJECTS: &[(ObjectType, &str, &str)] = &[
    (ObjectType::Queue, "9001@sw1", "sales"),
    (ObjectType::Agent, "ann", "ann"),
    (ObjectType::GroupAgents, "team", "team"),
    (ObjectType::GroupQueues, "all", "all queues"),
];

/// Whose values are told of media other than voice, and of staging areas.
const OF_MEDIA: &[(ObjectType, &str, &str)] = &[
    (ObjectType::Agent, "dee", "dee"),
    (ObjectType::GroupAgents, "writers", "writers"),
    (ObjectType::StagingArea, "chats", "chats"),
];

/// The same of e-mail.
const OF_E_MAIL: &[(ObjectType, &str, &str)] = &[
    (ObjectType::Agent, "dee", "dee"),
    (ObjectType::GroupAgents, "writers", "writers"),
    (ObjectType::StagingArea, "mail", "mail"),
];

/// The same of campaigns.
const OF_CAMPAIGNS: &[(ObjectType, &str, &str)] = &[
    (ObjectType::Campaign, "spring", "spring"),
    (ObjectType::CampaignGroup, "spring@team", "spring@team"),
    (ObjectType::CallingList, "new", "new"),
];

/// Words of masks that only Interaction Servers tell of.
const WORDS: &[&str] = &["Handling", "Deliver", "Accepted", "Rejected", "Interaction", "Routable", "Active"];

/// Whose values are told if no other has any.
const OTHERS: &[(ObjectType, &str, &str)] = &[
    (ObjectType::Place, "desk 1", "desk 1"),
    (ObjectType::GroupPlaces, "room", "room"),
    (ObjectType::RegDN, "2001@sw1", "2001"),
];

/// Sums that formulas speak of: the word, the category, whether it is of the RelMask.
const PARTS: [(&str, &str, bool); 4] = [
    ("N(main)", "Number", false),
    ("T(main)", "Time", false),
    ("N(rel)", "Number", true),
    ("T(rel)", "Time", true),
];

/// The story, taken in.
pub(super) struct Example {
    records: Vec<Record>,
    engine: Engine,
    at: Micros,
}

impl Example {
    /// Computes everything that a library holds.
    pub(super) fn new(library: &Library) -> Result<Self> {
        let records: Vec<Record> = EVENTS
            .lines()
            .map(serde_json::from_str)
            .collect::<Result<_, _>>()
            .context("the example's events")?;
        let mut asked = Library::default();
        asked.extend(library.clone());
        asked.requests.clear();
        let mut parts = String::new();
        for stat_type in library.stat_types() {
            for (kind, id, _) in objects_of(stat_type) {
                let mut request = Request::named(&key(&stat_type.name, "", *kind), &stat_type.name, id);
                request.object_type = Some(*kind);
                asked.requests.push(request);
            }
            write_parts(stat_type, &mut parts)?;
        }
        asked.extend(Library::from_toml(&parts).context("parts of formulas")?);
        let tenant = Tenant::from_toml(TENANT).context("the example's tenant")?;
        let (mut engine, refused) = Engine::new(&tenant, &asked)?;
        // Not every sum can be asked of everything; of the values themselves each must be.
        let whole = refused.iter().find(|refused| refused.name.ends_with(' '));
        if let Some(refused) = whole {
            anyhow::bail!("{} can't be opened: {}", refused.name.trim_end(), refused.cause);
        }
        let first = records.first().context("the example has no events")?.received;
        let at = first + LENGTH;
        engine.step(&records, at);
        Ok(Self { records, engine, at })
    }

    /// Writes the story down.
    pub(super) fn tell(&self, text: &mut String) {
        *text += "| time | event | at | call | with |\n|---|---|---|---|---|\n";
        for record in &self.records {
            let second = record.received.secs().rem_euclid(86_400);
            let time = format!("{:02}:{:02}:{:02}", second / 3_600, second / 60 % 60, second % 60);
            let rare = record.rare.as_deref();
            let at = record.this_dn.as_ref().or_else(|| rare?.place_id.as_ref());
            let at = at.map(model::Text::as_str).unwrap_or_default();
            let call = record.conn_id.as_ref().or_else(|| rare?.interaction_id.as_ref());
            let call = call.map(model::Text::as_str).unwrap_or_default();
            // Writing into a string can't fail.
            let _ =
                writeln!(*text, "| {time} | {} | {at} | {call} | {} |", record.event.name(), with(record));
        }
    }

    /// What a statistic is of those objects that it is for, with the sums that its formula speaks of.
    pub(super) fn values(&self, stat_type: &StatType) -> Result<Vec<String>> {
        let mut lines = Vec::new();
        for (kind, id, name) in objects_of(stat_type) {
            let object = Object::new(*kind, *id);
            let read = |part: &str| self.engine.read(&key(&stat_type.name, part, *kind), &object, self.at);
            let value = read("").with_context(|| format!("{} has no value of {id}", stat_type.name))?;
            let formula = super::formula::of(&stat_type.category).unwrap_or_default();
            let parts = PARTS.iter().filter(|(word, ..)| formula.contains(word) && formula != *word);
            let parts: Vec<String> =
                parts.filter_map(|(word, ..)| Some(format!("{word} = {}", shown(&read(word)?)))).collect();
            let with = if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) };
            lines.push(format!("{name}: **{}**{with}", shown(&value)));
        }
        Ok(lines)
    }
}

fn objects_of(stat_type: &StatType) -> Vec<&'static (ObjectType, &'static str, &'static str)> {
    let fits = |(kind, ..): &&(ObjectType, &str, &str)| stat_type.objects.contains(kind);
    let mask = stat_type.main_mask.as_deref().unwrap_or_default();
    let objects = match stat_type.media_type.as_deref() {
        _ if stat_type.subject == "CampaignAction" => OF_CAMPAIGNS,
        Some("email") => OF_E_MAIL,
        Some("voice") => OBJECTS,
        Some(_) => OF_MEDIA,
        None if WORDS.iter().any(|word| mask.contains(word)) || mask == "TransferMade" => OF_MEDIA,
        None => OBJECTS,
    };
    let found: Vec<_> = objects.iter().filter(fits).collect();
    if found.is_empty() { OTHERS.iter().filter(fits).collect() } else { found }
}

/// The name of a request: for a stat type, a part of its formula (the whole value if empty), and a type of objects.
fn key(stat_type: &str, part: &str, kind: ObjectType) -> String {
    format!("{stat_type} {} {part}", kind.name())
}

fn part_name(stat_type: &str, part: &str) -> String {
    format!("{stat_type} {part}")
}

/// Stat types for the sums of another one.
fn write_parts(stat_type: &StatType, text: &mut String) -> std::fmt::Result {
    let now = stat_type.category.starts_with("Current");
    for (word, sum, of_rel) in PARTS {
        let mask = if of_rel { &stat_type.rel_mask } else { &stat_type.main_mask };
        let Some(mask) = mask else { continue };
        let category = format!("{}{sum}", if now { "Current" } else { "Total" });
        let kinds: Vec<&str> = stat_type.objects.iter().map(|kind| kind.name()).collect();
        writeln!(
            text,
            "[stat_types.'{}']\nObjects = {kinds:?}\nCategory = '{category}'\nSubject = '{}'\nMainMask = '{mask}'",
            part_name(&stat_type.name, word),
            stat_type.subject
        )?;
        if let Some(media) = &stat_type.media_type {
            writeln!(text, "MediaType = '{media}'")?;
        }
        for (kind, id, _) in objects_of(stat_type) {
            let (name, of) = (key(&stat_type.name, word, *kind), part_name(&stat_type.name, word));
            writeln!(
                text,
                "[[statistic]]\nname = '{name}'\nstat_type = '{of}'\nobjects = ['{id}']\nobject_type = '{}'",
                kind.name()
            )?;
        }
    }
    Ok(())
}

fn shown(value: &Value) -> String {
    if value.flags.has(Flags::EMPTY) {
        return "–".to_owned();
    }
    match &value.content {
        Content::Number(number) => {
            let rounded = (number * 100.0).round() / 100.0;
            rounded.to_string()
        }
        Content::State(state) => {
            let second = state.since.secs().rem_euclid(86_400);
            let since = format!("{:02}:{:02}:{:02}", second / 3_600, second / 60 % 60, second % 60);
            format!("{} since {since}", state.status.name())
        }
    }
}

/// What else a record tells that matters.
fn with(record: &Record) -> String {
    let mut words = Vec::new();
    let mut word =
        |name: &str, value: Option<String>| words.extend(value.map(|value| format!("{name} {value}")));
    let text = |value: &Option<model::Text>| value.as_ref().map(ToString::to_string);
    word("to", text(&record.third_party_dn));
    word("queue", text(&record.this_queue).filter(|queue| Some(queue.as_str()) != record.this_dn.as_deref()));
    word("agent", text(&record.agent_id));
    let rare = record.rare.as_deref();
    word("medium", rare.and_then(|rare| text(&rare.media_type)));
    word("party", rare.and_then(|rare| text(&rare.party_type)));
    word("from", rare.and_then(|rare| text(&rare.old_queue)));
    word("campaign", rare.and_then(|rare| text(&rare.campaign)));
    word("group", rare.and_then(|rare| text(&rare.campaign_group)));
    word("list", rare.and_then(|rare| text(&rare.calling_list)));
    word("dialling", rare.and_then(|rare| text(&rare.dial_mode)));
    word("left", rare.and_then(|rare| rare.records_left).map(|left| left.to_string()));
    word("type", record.call_type.as_ref().map(|kind| kind.name().to_owned()));
    word("mode", record.work_mode.as_ref().map(|mode| mode.name().to_owned()));
    let state = record.call_state.as_ref().map(|state| state.name().to_owned());
    word("state", state.filter(|state| state != "Ok"));
    word("reason", text(&record.reason));
    words.join(", ")
}
