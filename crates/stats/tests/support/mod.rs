//! A small contact centre made of items, and a model of statistics that recomputes everything from history.

pub(crate) mod model;

use ::model::item::{ConnIx, Item, Items, What};
use ::model::object::ObjectIx;
use ::model::{Action, Micros, Object, ObjectType, Status};
use stats::{Batch, Definition, Library, Refused, Statistic};
use std::sync::Arc;

/// Agents 0..4, their group, and another group that nobody asks for.
pub(crate) const AGENTS: u32 = 4;
pub(crate) const GROUP: ObjectIx = ObjectIx(AGENTS);

/// 2026-11-23T00:00:00Z: a multiple of all periods that are used.
pub(crate) const MIDNIGHT: i64 = 1_795_392_000_000_000;

pub(crate) fn at(millis: i64) -> Micros {
    Micros(MIDNIGHT + millis * 1000)
}

pub(crate) fn objects() -> Vec<(ObjectIx, Object)> {
    let agent = |n: u32| (ObjectIx(n), Object::new(ObjectType::Agent, format!("A{n}")));
    let mut objects: Vec<_> = (0..AGENTS).map(agent).collect();
    objects.push((GROUP, Object::new(ObjectType::GroupAgents, "G")));
    objects
}

/// One thing that may happen to an agent; the world makes sense of it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Deed {
    /// Begins a call, or ends the oldest.
    Begin {
        agent: u32,
        action: usize,
    },
    End {
        agent: u32,
    },
    Happen {
        agent: u32,
        millis: i64,
    },
    Status {
        agent: u32,
        status: usize,
    },
    Join {
        agent: u32,
    },
    Leave {
        agent: u32,
    },
}

pub(crate) const ACTIONS: [Action; 3] = [Action::CallInbound, Action::CallOutbound, Action::AfterCallWork];
pub(crate) const STATUSES: [Status; 4] =
    [Status::LoggedOut, Status::WaitForNextCall, Status::CallInbound, Status::NotReadyForNextCall];

/// A stretch of a durable action or a status.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stretch {
    pub(crate) agent: u32,
    pub(crate) action: Action,
    pub(crate) begun: Micros,
    pub(crate) end: Option<Micros>,
    pub(crate) conn: u32,
}

/// All that ever happened, and the items that told it.
#[derive(Clone, Debug, Default)]
pub(crate) struct World {
    pub(crate) items: Vec<Item>,
    pub(crate) actions: Vec<Stretch>,
    pub(crate) statuses: Vec<Stretch>,
    /// Agent, action, start and instant.
    pub(crate) happened: Vec<(u32, Action, Micros, Micros)>,
    /// Agent, join, leave.
    pub(crate) memberships: Vec<(u32, Micros, Option<Micros>)>,
}

impl World {
    /// Lets each deed happen its many milliseconds after the one before; 0 is the same instant.
    pub(crate) fn play(deeds: &[(i64, Deed)]) -> Self {
        let mut world = Self::default();
        let (mut now, mut late) = (0, Vec::new());
        for agent in 0..AGENTS {
            world.status(agent, Status::LoggedOut, at(0), &mut late);
        }
        for (wait, deed) in deeds {
            if *wait > 0 {
                world.items.append(&mut late);
                now += wait;
            }
            world.deed(*deed, at(now), &mut late);
        }
        world.items.append(&mut late);
        world
    }

    fn deed(&mut self, deed: Deed, now: Micros, late: &mut Vec<Item>) {
        match deed {
            Deed::Begin { agent, action } => {
                let (action, id) = (ACTIONS[action], self.actions.len() as u32);
                let conn = id % 3;
                self.actions.push(Stretch { agent, action, begun: now, end: None, conn });
                self.items.push(item(now, now, agent, conn, What::Began { action, id }));
            }
            Deed::End { agent } => {
                let open = |s: &&mut Stretch| s.agent == agent && s.end.is_none();
                let id = self.actions.iter().position(|s| s.agent == agent && s.end.is_none());
                if let (Some(id), Some(stretch)) = (id, self.actions.iter_mut().find(open)) {
                    stretch.end = Some(now);
                    let (action, id) = (stretch.action, id as u32);
                    let what = What::Ended { action, id };
                    self.items.push(item(now, stretch.begun, agent, stretch.conn, what));
                }
            }
            Deed::Happen { agent, millis } => {
                let (action, start) = (Action::CallAnswered, Micros(now.0 - millis * 1000));
                self.happened.push((agent, action, start, now));
                self.items.push(item(now, start, agent, 7, What::Happened { action }));
            }
            Deed::Status { agent, status } => self.status(agent, STATUSES[status], now, late),
            Deed::Join { agent } | Deed::Leave { agent } => {
                let last = self.memberships.iter_mut().rfind(|(who, _, _)| *who == agent);
                let what = match (deed, last) {
                    (Deed::Join { .. }, Some((_, _, None))) => return,
                    (Deed::Join { .. }, Some((_, _, Some(left)))) if *left == now => return,
                    (Deed::Join { .. }, _) => {
                        self.memberships.push((agent, now, None));
                        What::Joined { group: GROUP }
                    }
                    (_, Some((_, joined, left @ None))) if *joined < now => {
                        *left = Some(now);
                        What::Left { group: GROUP }
                    }
                    _ => return,
                };
                late.push(item(now, now, agent, u32::MAX, what));
            }
        }
    }

    /// An agent has one status change an instant at most.
    fn status(&mut self, agent: u32, status: Status, now: Micros, late: &mut Vec<Item>) {
        let last = self.statuses.iter_mut().rfind(|s| s.agent == agent);
        if let Some(last) = last {
            if last.begun == now || last.action == status.action() {
                return;
            }
            last.end = Some(now);
        }
        let action = status.action();
        self.statuses.push(Stretch { agent, action, begun: now, end: None, conn: u32::MAX });
        late.push(item(now, now, agent, u32::MAX, What::Status { to: status }));
    }

    /// Items up to and including an instant that were not taken before, as a batch.
    pub(crate) fn batch(&self, after: Option<Micros>, through: Micros) -> Batch {
        let within = |item: &&Item| after.is_none_or(|after| item.at > after) && item.at <= through;
        let appeared = if after.is_none() { objects() } else { Vec::new() };
        let items = self.items.iter().filter(within).copied().collect();
        Batch::index(Items { appeared, items, through, ..Items::default() })
    }
}

fn item(at: Micros, start: Micros, agent: u32, conn: u32, what: What) -> Item {
    let object = ObjectIx(agent);
    Item {
        at,
        start,
        source_span: at - start,
        object,
        conn: ConnIx(conn),
        call: None,
        by: ObjectIx::NONE,
        data: u32::MAX,
        what,
    }
}

/// A definition for agents and their groups.
pub(crate) fn define(category: &str, subject: &str, masks: (&str, &str), profile: &str) -> Arc<Definition> {
    filtered(category, subject, masks, profile, None).unwrap()
}

/// The same under a filter.
pub(crate) fn filtered(
    category: &str,
    subject: &str,
    masks: (&str, &str),
    profile: &str,
    filter: Option<&str>,
) -> Result<Arc<Definition>, Refused> {
    let single = category.contains("Continuous");
    let objects = if single { r#"["Agent"]"# } else { r#"["Agent", "GroupAgents"]"# };
    let text = format!(
        "[time_profiles]\nP = '{profile}'\n[stat_types.T]\nObjects = {objects}\nCategory = '{category}'\n\
         Subject = '{subject}'\nMainMask = '{}'\nRelMask = '{}'\n\
         [[statistic]]\nname = 's'\nstat_type = 'T'\nobjects = ['*']\ntime_profile = 'P'\n{}",
        masks.0,
        masks.1,
        filter.map(|filter| format!("filter = '{filter}'")).unwrap_or_default()
    );
    let library = Library::from_toml(&text).unwrap();
    library.define(&library.requests[0]).map(Arc::new)
}

/// A statistic with a row for each object that its definition is for.
pub(crate) fn open(definition: &Arc<Definition>, creation: Micros) -> Statistic {
    let mut statistic = Statistic::open(definition.clone(), creation, "UTC").unwrap();
    for (ix, object) in objects() {
        if definition.accepts(object.kind) {
            statistic.add(ix, &object).unwrap();
        }
    }
    statistic
}
