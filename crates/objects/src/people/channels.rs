//! Media channels of an agent or a place: who serves which medium, how ready he is, which interactions he is offered and
//! handles (statistics 2.6). An agent's channels and a place's are told the same and keep the same books: the channel
//! that agent A has for chat at place P is a channel of A and a channel of P.

mod event;
mod puts;
mod status;
mod tasks;

pub use event::{ChannelWhat, Joining, TaskWhat};
pub(super) use status::combine;

use crate::out::Out;
use crate::stamp::{Data, Running, Stamp};
use model::item::{Attached, ConnIx};
use model::object::ObjectIx;
use model::{Action, Text};
use puts::Puts;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use std::sync::Arc;
use tasks::Task;

/// All media channels of one agent or place; most have none.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Channels {
    books: Option<Box<Books>>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Books {
    logins: SmallVec<[Login; 1]>,
    next_id: u32,
}

/// Actions in progress of channels have numbers from here on: those of devices lie below.
const FIRST_ID: u32 = 1 << 31;

impl Default for Books {
    fn default() -> Self {
        Self { logins: SmallVec::new(), next_id: FIRST_ID }
    }
}

/// A login at an Interaction Server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Login {
    /// An agent's place, a place's agent; where there is none, the agent or place itself.
    at: ObjectIx,
    /// LoggedIn; `None` while the link of the source is lost.
    run: Option<Running>,
    undisturbed: bool,
    channels: Vec<Channel>,
}

/// One medium that is served.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Channel {
    media: Text,
    /// The medium and nothing else.
    plain: Data,
    /// The link of its source was lost (rule X-1).
    lost: bool,
    /// Active or NotMonitored.
    base: Running,
    mode: Option<Mode>,
    undisturbed: Option<Running>,
    /// How many interactions the capacity rule allows.
    capacity: u32,
    /// Routable or NotRoutable; `None` while the link is lost.
    routable: Option<Running>,
    tasks: SmallVec<[Task; 2]>,
}

/// Ready, or not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Mode {
    run: Running,
    /// The medium and the reasons.
    data: Data,
}

impl Channels {
    /// Whether anybody is logged in.
    pub(super) fn has_login(&self) -> bool {
        self.books.as_ref().is_some_and(|books| !books.logins.is_empty())
    }

    /// Whether no channel is lost with its source (rule X-4).
    pub(super) fn is_valid(&self) -> bool {
        !self.all().any(|channel| channel.lost)
    }

    fn all(&self) -> impl Iterator<Item = &Channel> {
        self.books.iter().flat_map(|books| &books.logins).flat_map(|login| &login.channels)
    }

    /// Takes in what is told about the channels at `at`. The medium is in the data; where it is not, all of them are meant.
    pub(super) fn hear(
        &mut self,
        me: ObjectIx,
        at: ObjectIx,
        what: ChannelWhat,
        data: &Data,
        stamp: Stamp,
        out: &mut Out,
    ) {
        let books = self.books.get_or_insert_default();
        let mut puts = Puts::new(me, stamp, &mut books.next_id);
        hear(&mut books.logins, at, what, data, &mut puts);
        for channel in books.logins.iter_mut().flat_map(|login| &mut login.channels) {
            channel.settle(&mut puts);
        }
        puts.flush(out);
        if books.logins.is_empty() {
            // Numbers begin again: nothing is in progress.
            self.books = None;
        }
    }
}

fn hear(
    logins: &mut SmallVec<[Login; 1]>,
    at: ObjectIx,
    what: ChannelWhat,
    data: &Data,
    puts: &mut Puts<'_>,
) {
    let known = logins.iter().position(|login| login.at == at);
    match (what, known) {
        (ChannelWhat::Login { announced }, _) => {
            if known.is_none() && announced {
                puts.moment(Action::AgentLogin, ConnIx::NONE, &None);
            }
            let login = find_or_log_in(logins, at, puts);
            login.come_back(puts);
        }
        (ChannelWhat::Logout { announced }, Some(known)) => {
            logins.remove(known).log_out(puts);
            if announced {
                puts.moment(Action::AgentLogout, ConnIx::NONE, &None);
            }
        }
        (ChannelWhat::LinkLost, Some(known)) => logins[known].lose(puts),
        (ChannelWhat::Removed, Some(known)) => {
            let media = media_of(data);
            logins[known].channels.retain_mut(|channel| {
                let stays = media.is_some_and(|media| channel.media != media);
                if !stays {
                    channel.close(puts);
                }
                stays
            });
        }
        (ChannelWhat::Capacity(capacity), Some(known)) => {
            let of_medium = |channel: &&mut Channel| Some(channel.media.as_str()) == media_of(data);
            if let Some(channel) = logins[known].channels.iter_mut().find(of_medium) {
                channel.capacity = capacity;
            }
        }
        (what, known) => {
            if known.is_none() && !matches!(what, ChannelWhat::Added { .. }) {
                puts.refused += 1;
                return;
            }
            find_or_log_in(logins, at, puts).hear(what, data, puts);
        }
    }
}

/// The login at `at`; a new one begins.
fn find_or_log_in<'a>(
    logins: &'a mut SmallVec<[Login; 1]>,
    at: ObjectIx,
    puts: &mut Puts<'_>,
) -> &'a mut Login {
    let known = logins.iter().position(|login| login.at == at).unwrap_or_else(|| {
        let run = Some(puts.begin(Action::LoggedIn, ConnIx::NONE, &None));
        logins.push(Login { at, run, undisturbed: false, channels: Vec::new() });
        logins.len() - 1
    });
    &mut logins[known]
}

fn media_of(data: &Data) -> Option<&str> {
    data.as_deref()?.media_type.as_deref()
}

impl Login {
    fn hear(&mut self, what: ChannelWhat, data: &Data, puts: &mut Puts<'_>) {
        self.come_back(puts);
        if let ChannelWhat::DoNotDisturb(on) = what
            && media_of(data).is_none()
        {
            self.undisturbed = on;
        }
        let Some(media) = media_of(data) else {
            for channel in &mut self.channels {
                channel.come_back(puts);
                channel.hear(what, data, puts);
            }
            return;
        };
        let known = self.channels.iter().position(|channel| channel.media == media);
        if known.is_none() && !matches!(what, ChannelWhat::Added { .. }) {
            puts.refused += 1;
            return;
        }
        let known = known.unwrap_or_else(|| {
            self.channels.push(Channel::open(media, self.undisturbed, puts));
            self.channels.len() - 1
        });
        let channel = &mut self.channels[known];
        channel.come_back(puts);
        channel.hear(what, data, puts);
    }

    /// Seen again after a loss of the link.
    fn come_back(&mut self, puts: &mut Puts<'_>) {
        if self.run.is_none() {
            self.run = Some(puts.begin(Action::LoggedIn, ConnIx::NONE, &None));
        }
    }

    fn lose(&mut self, puts: &mut Puts<'_>) {
        puts.end_all([self.run.take()], &None);
        self.channels.iter_mut().for_each(|channel| channel.lose(puts));
    }

    /// All that is in progress ends, without outcomes (rule A-9).
    fn log_out(mut self, puts: &mut Puts<'_>) {
        puts.end_all([self.run.take()], &None);
        self.channels.iter_mut().for_each(|channel| channel.close(puts));
    }
}

impl Channel {
    fn open(media: &str, undisturbed: bool, puts: &mut Puts<'_>) -> Self {
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

    fn hear(&mut self, what: ChannelWhat, data: &Data, puts: &mut Puts<'_>) {
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
    fn settle(&mut self, puts: &mut Puts<'_>) {
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
    fn lose(&mut self, puts: &mut Puts<'_>) {
        if !self.lost {
            self.close(puts);
            self.lost = true;
            self.base = puts.begin(Action::NotMonitored, ConnIx::NONE, &self.plain);
        }
    }

    /// The first that is heard of the channel after a loss.
    fn come_back(&mut self, puts: &mut Puts<'_>) {
        if std::mem::take(&mut self.lost) {
            puts.end(self.base, ConnIx::NONE, &self.plain);
            self.base = puts.begin(Action::Active, ConnIx::NONE, &self.plain);
        }
    }

    /// All that is in progress ends.
    fn close(&mut self, puts: &mut Puts<'_>) {
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
