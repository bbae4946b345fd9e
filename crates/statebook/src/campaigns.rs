//! What a dialler has told: which campaigns are loaded for which groups, which of them dial, what they wait for, and how
//! many records calling lists have left.

use model::Text;
use model::record::{Event, Record};
use model::time::Micros;
use std::collections::BTreeMap;

/// The campaigns of one source.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct CampaignBook {
    source: Option<Text>,
    /// By campaign and group, while it is loaded.
    loaded: BTreeMap<(Text, Text), Loaded>,
    /// By campaign, where it is told, and calling list.
    records: BTreeMap<(Option<Text>, Text), u32>,
}

/// A campaign that is loaded for a group.
#[derive(Clone, Debug, Default, PartialEq)]
struct Loaded {
    dials: bool,
    mode: Option<Text>,
    waits_for: Option<Text>,
}

/// Whether the record tells of the state of a campaign.
pub(crate) fn is_of_campaign(record: &Record) -> bool {
    use Event as E;
    let has_list = record.rare.as_deref().is_some_and(|rare| rare.records_left.is_some());
    match record.event {
        E::CampaignLoaded
        | E::CampaignStarted
        | E::CampaignWaiting
        | E::CampaignStopped
        | E::CampaignUnloaded
        | E::RecordsLeft => true,
        E::DialMade | E::DialCompleted | E::LeadProcessed => has_list,
        _ => false,
    }
}

impl CampaignBook {
    pub(crate) fn is_empty(&self) -> bool {
        self.loaded.is_empty() && self.records.is_empty()
    }

    /// Takes in the next record.
    pub(crate) fn apply(&mut self, record: &Record) {
        let Some(rare) = record.rare.as_deref() else { return };
        self.source.get_or_insert_with(|| record.source.clone());
        if let (Some(list), Some(left)) = (&rare.calling_list, rare.records_left) {
            self.records.insert((rare.campaign.clone(), list.clone()), left);
        }
        let (Some(campaign), Some(group)) = (&rare.campaign, &rare.campaign_group) else { return };
        let key = (campaign.clone(), group.clone());
        match record.event {
            Event::CampaignUnloaded => {
                self.loaded.remove(&key);
            }
            Event::CampaignLoaded | Event::CampaignStopped => {
                self.loaded.insert(key, Loaded::default());
            }
            Event::CampaignStarted => {
                let known = self.loaded.entry(key).or_default();
                (known.dials, known.mode) = (true, rare.dial_mode.clone());
            }
            Event::CampaignWaiting => self.loaded.entry(key).or_default().waits_for = record.reason.clone(),
            _ => {}
        }
    }

    /// Records that tell the state from nothing, as of `at`.
    pub(crate) fn records(&self, at: Micros) -> Vec<Record> {
        let Some(source) = &self.source else { return Vec::new() };
        let record = |event| Record { synthetic: true, ..Record::new(source.clone(), event, at) };
        let mut told = Vec::new();
        for ((campaign, group), known) in &self.loaded {
            let of_group = |event| {
                let mut record = record(event);
                let rare = record.rare_mut();
                (rare.campaign, rare.campaign_group) = (Some(campaign.clone()), Some(group.clone()));
                record
            };
            let mut step = of_group(if known.dials { Event::CampaignStarted } else { Event::CampaignLoaded });
            step.rare_mut().dial_mode.clone_from(&known.mode);
            told.push(step);
            if known.waits_for.is_some() {
                told.push(Record { reason: known.waits_for.clone(), ..of_group(Event::CampaignWaiting) });
            }
        }
        for ((campaign, list), left) in &self.records {
            let mut record = record(Event::RecordsLeft);
            let rare = record.rare_mut();
            (rare.campaign, rare.calling_list) = (campaign.clone(), Some(list.clone()));
            rare.records_left = Some(*left);
            told.push(record);
        }
        told
    }
}
