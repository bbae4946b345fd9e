//! Media channels of an agent or a place: who serves which medium, how ready he is, which interactions he is offered and
//! handles (statistics 2.6). An agent's channels and a place's are told the same and keep the same books: the channel
//! that agent A has for chat at place P is a channel of A and a channel of P.

mod channel;
mod event;
mod puts;
mod status;
mod tasks;

pub use event::{ChannelWhat, Joining, TaskWhat};
pub(super) use status::combine;

use crate::out::Out;
use crate::stamp::{Data, Running, Stamp};
use channel::Channel;
use model::Action;
use model::item::ConnIx;
use model::object::ObjectIx;
use puts::Puts;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

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
        (ChannelWhat::Gap(loss), Some(known)) => {
            puts.loss = Some(loss);
            logins[known].lose(puts);
        }
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
