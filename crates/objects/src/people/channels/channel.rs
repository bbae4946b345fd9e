//! One medium that somebody serves: how ready he is for it, and whether it has room (statistics 2.6).

use super::event::ChannelWhat;
use super::puts::Puts;
use super::tasks::Task;
use crate::stamp::{Data, Running};
use model::item::{Attached, ConnIx};
use model::{Action, Text};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use std::sync::Arc;

/// One medium that is served.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Channel {
    pub(super) media: Text,
    /// The medium and nothing else.
    pub(super) plain: Data,
    /// The link of its source was lost (rule X-1).
    pub(super) lost: bool,
    /// Active or NotMonitored.
    pub(super) base: Running,
    pub(super) mode: Option<Mode>,
    pub(super) undisturbed: Option<Running>,
    /// How many interactions the capacity rule allows.
    pub(super) capacity: u32,
    /// Routable or NotRoutable; `None` while the link is lost.
    pub(super) routable: Option<Running>,
    pub(super) tasks: SmallVec<[Task; 2]>,
}

/// Ready, or not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Mode {
    pub(super) run: Running,
    /// The medium and the reasons.
    pub(super) data: Data,
}

impl Channel {
    pub(super) fn open(media: &str, undisturbed: bool, puts: &mut Puts<'_>) -> Self {
        let plain = Some(Arc::new(Attached { media_type: Some(media.into()), ..Attached::default() }));
        let base = puts.begin(Action::Active, ConnIx::NONE, &plain);
        let undisturbed = undisturbed.then(|| puts.begin(Action::DoNotDisturb, ConnIx::NONE, &plain));
        Self {
            media: media.into(),
            plain,
            lost: false,
            base,
            mode: None,
            undisturbed,
            capacity: 1,
            routable: None,
            tasks: SmallVec::new(),
        }
    }

    pub(super) fn hear(&mut self, what: ChannelWhat, data: &Data, puts: &mut Puts<'_>) {
        match what {
            ChannelWhat::Added { capacity } => self.capacity = capacity,
            ChannelWhat::Ready(ready) => self.set_mode(ready, data, puts),
            ChannelWhat::Reasons => {
                let reasons = self.with_reasons(data);
                if let Some(mode) = &mut self.mode {
                    mode.renew(reasons, puts);
                }
            }
            ChannelWhat::DoNotDisturb(true) if self.undisturbed.is_none() => {
                self.undisturbed = Some(puts.begin(Action::DoNotDisturb, ConnIx::NONE, &self.plain));
            }
            ChannelWhat::DoNotDisturb(false) => puts.end_all([self.undisturbed.take()], &self.plain),
            ChannelWhat::Task { conn, area, what } => self.work((conn, area), what, data, puts),
            _ => {}
        }
    }

    fn with_reasons(&self, data: &Data) -> Data {
        match data.as_deref().and_then(|data| data.reasons.clone()) {
            None => self.plain.clone(),
            reasons => Some(Arc::new(Attached {
                media_type: Some(self.media.clone()),
                reasons,
                ..Attached::default()
            })),
        }
    }

    fn set_mode(&mut self, ready: bool, data: &Data, puts: &mut Puts<'_>) {
        let action = if ready { Action::WaitForNextCall } else { Action::NotReadyForNextCall };
        let data = self.with_reasons(data);
        match &mut self.mode {
            Some(mode) if mode.run.action == action => mode.renew(data, puts),
            mode => {
                if let Some(former) = mode.take() {
                    puts.end(former.run, ConnIx::NONE, &former.data);
                }
                *mode = Some(Mode { run: puts.begin(action, ConnIx::NONE, &data), data });
            }
        }
    }

    /// Routable as long as the channel is ready, may be disturbed, and the capacity rule allows one more.
    pub(super) fn settle(&mut self, puts: &mut Puts<'_>) {
        if self.lost {
            return;
        }
        let is_ready = self.mode.as_ref().is_some_and(|mode| mode.run.action == Action::WaitForNextCall);
        let has_room = (self.tasks.len() as u64) < u64::from(self.capacity);
        let action = match is_ready && has_room && self.undisturbed.is_none() {
            true => Action::Routable,
            false => Action::NotRoutable,
        };
        if self.routable.is_none_or(|known| known.action != action) {
            puts.end_all([self.routable.take()], &self.plain);
            self.routable = Some(puts.begin(action, ConnIx::NONE, &self.plain));
        }
    }

    /// The link is gone: everything ends without outcomes; how ready he was is not known any more (rules ).
    pub(super) fn lose(&mut self, puts: &mut Puts<'_>) {
        if !self.lost {
            self.close(puts);
            self.lost = true;
            self.base = puts.begin(Action::NotMonitored, ConnIx::NONE, &self.plain);
        }
    }

    /// The first that is heard of the channel after a loss.
    pub(super) fn come_back(&mut self, puts: &mut Puts<'_>) {
        if std::mem::take(&mut self.lost) {
            puts.end(self.base, ConnIx::NONE, &self.plain);
            self.base = puts.begin(Action::Active, ConnIx::NONE, &self.plain);
        }
    }

    /// All that is in progress ends.
    pub(super) fn close(&mut self, puts: &mut Puts<'_>) {
        for task in std::mem::take(&mut self.tasks) {
            task.drop(puts);
        }
        if let Some(mode) = self.mode.take() {
            puts.end(mode.run, ConnIx::NONE, &mode.data);
        }
        puts.end_all([self.undisturbed.take(), self.routable.take(), Some(self.base)], &self.plain);
    }
}

impl Mode {
    fn renew(&mut self, data: Data, puts: &mut Puts<'_>) {
        if self.data != data {
            puts.change(&self.run, ConnIx::NONE, &data);
            self.data = data;
        }
    }
}
