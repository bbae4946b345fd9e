//! What a dialler tells (statistics 2.7): records that name a campaign or a calling list.

use super::route::Taken;
use super::{Batch, Floor};
use crate::campaign::{CampaignStep, CampaignWhat};
use crate::directory::SourceIx;
use crate::queue::{QueueEvent, QueueWhat};
use crate::stamp::{Data, Loss, Stamp};
use model::item::{Attached, ConnIx};
use model::object::{Object, ObjectIx, ObjectType};
use model::record::{CallState, Event, Record};
use model::{Action, Text};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Whether the record is about a campaign, and about no DN.
pub(super) fn is_of_campaign(event: &Event) -> bool {
    step(event).is_some()
        || matches!(event, Event::CampaignWaiting | Event::RecordsLeft)
        || moment(event, None).is_some()
}

/// The names in a record.
#[derive(Clone, Copy)]
struct Names<'a> {
    campaign: Option<&'a Text>,
    group: Option<&'a Text>,
    list: Option<&'a Text>,
}

impl Floor {
    /// Takes in a record of a dialler.
    pub(super) fn take_campaign(&mut self, taken: Taken<'_>, batch: &mut Batch<'_>) {
        let record = taken.record;
        let rare = record.rare.as_deref();
        let names = Names {
            campaign: rare.and_then(|rare| rare.campaign.as_ref()),
            group: rare.and_then(|rare| rare.campaign_group.as_ref()),
            list: rare.and_then(|rare| rare.calling_list.as_ref()),
        };
        let whole = names.campaign.map(|name| self.discover(ObjectType::Campaign, name, taken, batch));
        let mut at_campaign = |kind, part: Option<&Text>| {
            let (name, part) = (names.campaign?, part?);
            Some(self.discover(kind, &joint(name, part), taken, batch))
        };
        let group = at_campaign(ObjectType::CampaignGroup, names.group);
        let its_list = at_campaign(ObjectType::CampaignCallingList, names.list);
        let list = names.list.map(|name| self.discover(ObjectType::CallingList, name, taken, batch));
        let all = [whole, group, list, its_list];
        let (moment, step) = (moment(&record.event, record.call_state.as_ref()), step(&record.event));
        let is_told = match record.event {
            Event::RecordsLeft => list.is_some() && rare.is_some_and(|rare| rare.records_left.is_some()),
            _ => group.or(whole.or(list).filter(|_| moment.is_some())).is_some(),
        };
        if !is_told {
            self.counters.incomplete += 1;
            return;
        }
        let conn = self.conn_of(taken);
        let data = data(record);
        let mut post = |to: Option<ObjectIx>, what| {
            if let Some(to) = to {
                let what = QueueWhat::Campaign(what);
                batch
                    .routes
                    .queues
                    .push(to, QueueEvent { stamp: taken.stamp, conn, data: data.clone(), what });
            }
        };
        match (moment, step, group) {
            (Some(action), ..) => all.into_iter().for_each(|to| post(to, CampaignWhat::Moment(action))),
            (None, Some(step), Some(group)) => {
                let mode = rare.and_then(|rare| mode(rare.dial_mode.as_deref()?));
                post(whole, CampaignWhat::Step { group, step, mode: None });
                post(Some(group), CampaignWhat::Step { group, step, mode });
            }
            _ if record.event == Event::RecordsLeft => {}
            _ => post(group, CampaignWhat::Waits(record.reason.as_deref().and_then(waiting))),
        }
        if let Some(left) = rare.and_then(|rare| rare.records_left) {
            [list, its_list].into_iter().for_each(|to| post(to, CampaignWhat::Records(left)));
        }
    }

    /// The call that the record names, though no DN may ever tell of it.
    fn conn_of(&mut self, taken: Taken<'_>) -> ConnIx {
        let Some(name) = &taken.record.conn_id else { return ConnIx::NONE };
        let slot = self.calls.find_or_begin(name);
        self.calls.rest(slot, taken.stamp.at);
        self.calls.at(slot).conn
    }

    /// What a source has told of campaigns.
    fn campaigns_of(&self, source: SourceIx) -> Vec<ObjectIx> {
        let objects = self.directory.objects().filter(|(_, object)| is_campaign(object.kind));
        objects.map(|(ix, _)| ix).filter(|ix| self.directory.sources(*ix).contains(&source)).collect()
    }

    /// The link to the dialler is gone, or back: what it tells of hears it.
    pub(super) fn tell_campaigns(&self, taken: Taken<'_>, what: &QueueWhat, batch: &mut Batch<'_>) {
        for object in self.campaigns_of(taken.source) {
            batch.queue(object, taken.stamp, what.clone());
        }
    }

    /// Records of the source are lost.
    pub(super) fn miss_campaigns(&self, source: SourceIx, stamp: Stamp, loss: Loss, batch: &mut Batch<'_>) {
        for object in self.campaigns_of(source) {
            batch.queue(object, stamp, QueueWhat::Gap(loss));
        }
    }

    /// Takes in what a snapshot tells of campaigns, which is all that there is: what it does not name is not loaded.
    pub(super) fn take_campaign_picture(&mut self, taken: Taken<'_>, told: &[Record], batch: &mut Batch<'_>) {
        let told: Vec<&Record> = told.iter().filter(|record| is_of_campaign(&record.event)).collect();
        let named: BTreeSet<Text> = told
            .iter()
            .filter_map(|record| {
                let rare = record.rare.as_deref()?;
                Some(joint(rare.campaign.as_ref()?, rare.campaign_group.as_ref()?))
            })
            .collect();
        for record in told {
            self.take_campaign(Taken { record, ..taken }, batch);
        }
        for group in self.campaigns_of(taken.source) {
            let Some(object) = self.directory.object(group) else { continue };
            if object.kind != ObjectType::CampaignGroup || named.contains(&object.id) {
                continue;
            }
            let campaign = object.id.split_once('@').map(|(name, _)| Object::new(ObjectType::Campaign, name));
            let campaign = campaign.and_then(|campaign| self.directory.find(&campaign));
            let step = CampaignWhat::Step { group, step: CampaignStep::Deactivated, mode: None };
            for to in campaign.into_iter().chain([group]) {
                batch.queue(to, taken.stamp, QueueWhat::Campaign(step));
            }
        }
    }
}

/// Whether objects of that type are told of by diallers.
pub(super) fn is_campaign(kind: ObjectType) -> bool {
    use ObjectType as T;
    matches!(kind, T::Campaign | T::CampaignGroup | T::CallingList | T::CampaignCallingList)
}

/// The name of a group or a list at a campaign.
pub(super) fn joint(campaign: &Text, part: &Text) -> Text {
    let mut name = campaign.clone();
    name.push('@');
    name.push_str(part);
    name
}

fn step(event: &Event) -> Option<CampaignStep> {
    Some(match event {
        Event::CampaignUnloaded => CampaignStep::Deactivated,
        Event::CampaignLoaded | Event::CampaignStopped => CampaignStep::Activated,
        Event::CampaignStarted => CampaignStep::Running,
        _ => return None,
    })
}

/// What is done in an instant; of a call that is over, how it ended.
fn moment(event: &Event, how: Option<&CallState>) -> Option<Action> {
    Some(match event {
        Event::DialMade => Action::DialMade,
        Event::LeadProcessed => Action::LeadProcessed,
        Event::CallbackScheduled => Action::CallbackScheduled,
        Event::CallbackCompleted => Action::CallbackCompleted,
        Event::CallbackMissed => Action::CallbackMissed,
        Event::PersonalCallbackScheduled => Action::PersonalCallbackScheduled,
        Event::PersonalCallbackCompleted => Action::PersonalCallbackCompleted,
        Event::PersonalCallbackMissed => Action::PersonalCallbackMissed,
        Event::DialCompleted => match how {
            None | Some(CallState::Ok) => Action::DialAnswer,
            Some(CallState::Busy) => Action::DialBusy,
            Some(CallState::NoAnswer) => Action::DialNoAnswer,
            Some(CallState::Dropped | CallState::Abandoned) => Action::DialDropped,
            Some(CallState::AnsweringMachineDetected) => Action::DialAnsweringMachine,
            Some(CallState::FaxDetected) => Action::DialFax,
            Some(CallState::Other(word)) if word.eq_ignore_ascii_case("SITInvalidNum") => {
                Action::DialSITInvalidNum
            }
            Some(_) => Action::DialError,
        },
        _ => return None,
    })
}

/// What dialling waits for.
fn waiting(reason: &str) -> Option<Action> {
    Some(match reason {
        "records" => Action::StatusWaitingRecords,
        "ports" => Action::StatusWaitingPorts,
        "agents" => Action::StatusWaitingAgents,
        "error" => Action::StatusSystemError,
        _ => return None,
    })
}

/// The action of a dial mode's name.
fn mode(name: &str) -> Option<Action> {
    Action::parse(name).filter(|action| Action::DIAL_MODES.contains(action))
}

fn data(record: &Record) -> Data {
    let rare = record.rare.as_deref();
    let text = |of: fn(&model::record::Rare) -> &Option<Text>| rare.and_then(|rare| of(rare).clone());
    let attached = Attached {
        reasons: record.reasons.as_deref().cloned().map(Arc::new),
        user_data: record.user_data.as_deref().cloned().map(Arc::new),
        extensions: rare.and_then(|rare| rare.extensions.clone()).map(Arc::new),
        ani: text(|rare| &rare.ani),
        dnis: text(|rare| &rare.dnis),
        customer_id: text(|rare| &rare.customer_id),
        media_type: text(|rare| &rare.media_type),
        ..Attached::default()
    };
    (attached != Attached::default()).then(|| Arc::new(attached))
}
