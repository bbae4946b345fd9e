//! The door: what a client is told after its hello, and where its receiver begins.

use super::LdsSettings;
use super::audience::Audience;
use super::filter::Interest;
use super::metrics::Metrics;
use super::receiver::{self, Cursor, Dismiss, Receiver};
use super::sender::{Describe, Picture, Sender};
use model::Text;
use model::time::Position;
use ports::record_log::{Found, RecordLog};
use runtime::{Census, Ref, RestartPolicy, supervise};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use tracing::warn;
use wire::frame::{
    Filter, Frame, Hello, Offer, Plan, Refuse, VERSION, Welcome, decode_record, encode, snapshot_frames,
};
use wire::link::Incoming;

/// One source as the door knows it.
#[derive(Clone)]
pub(super) struct Source {
    pub(super) switch: Text,
    pub(super) sender: Ref<Sender>,
    pub(super) audience: Arc<Audience>,
}

/// Lets clients in.
#[derive(Clone)]
pub(super) struct Door {
    pub(super) settings: LdsSettings,
    pub(super) sources: BTreeMap<Text, Source>,
    pub(super) log: Arc<dyn RecordLog>,
    pub(super) metrics: Metrics,
    pub(super) census: Census,
    pub(super) receivers: Rc<RefCell<BTreeMap<u64, Ref<Receiver>>>>,
    pub(super) numbers: Rc<Cell<u64>>,
    pub(super) closed: Rc<Cell<bool>>,
}

/// How long a question to a sender may take.
const PATIENCE: Duration = Duration::from_secs(5);

fn refuse(code: &str, text: impl Into<Text>) -> Refuse {
    Refuse { code: code.into(), text: text.into() }
}

impl Door {
    /// Answers a hello: with a welcome and a receiver, or with a refusal.
    pub(super) async fn admit(self, incoming: Incoming) {
        let (peer, outbox) = (incoming.peer, incoming.outbox.clone());
        let Err(refusal) = self.try_admit(incoming).await else { return };
        self.metrics.refused.with_label_values(&[&refusal.code]).inc();
        warn!(%peer, code = %refusal.code, "refused {peer}: {}", refusal.text);
        if let Ok(frame) = encode(&Frame::Refuse(refusal)) {
            // The link has just begun: its outbox is empty, or it has ended already.
            let _ = outbox.try_push(frame);
        }
    }

    async fn try_admit(&self, incoming: Incoming) -> Result<(), Refuse> {
        self.check(&incoming.hello)?;
        self.measure(&incoming.hello);
        let filter = incoming.hello.filter.clone().unwrap_or_default();
        let wanted = |name: &Text| filter.sources.as_ref().is_none_or(|sources| sources.contains(name));
        let mut welcome = Welcome { v: VERSION, sources: Vec::new() };
        let (mut cursors, mut audiences) = (BTreeMap::new(), BTreeMap::new());
        for (name, source) in self.sources.iter().filter(|(name, _)| wanted(name)) {
            let position = incoming.hello.positions.get(name).copied();
            let (plan, cursor) = self.plan(name, source, position, &filter).await?;
            let Position { epoch, seq } = cursor.position();
            let switch = Some(source.switch.clone());
            welcome.sources.push(Offer { name: name.clone(), switch, epoch, seq, plan });
            cursors.insert(name.clone(), cursor);
            audiences.insert(name.clone(), source.audience.clone());
        }
        let frame =
            encode(&Frame::Welcome(welcome)).map_err(|error| refuse("protocol", error.to_string()))?;
        incoming.outbox.try_push(frame).map_err(|error| refuse("full", error.to_string()))?;
        self.start_receiver(incoming, cursors, audiences);
        Ok(())
    }

    fn check(&self, hello: &Hello) -> Result<(), Refuse> {
        let LdsSettings { tenant, token, limits, .. } = &self.settings;
        if hello.v != VERSION {
            let text =
                format!("this server speaks version {VERSION}, the client {}: use the same release", hello.v);
            return Err(refuse("version", text));
        }
        if !hello.tenant.is_empty() && hello.tenant != *tenant {
            let text =
                format!("tenant {} is not served here, only {tenant}: check the address", hello.tenant);
            return Err(refuse("tenant", text));
        }
        if !token.admits(&hello.token) {
            return Err(refuse(
                "token",
                "the token is not the one of this server: check the client's secret",
            ));
        }
        if self.closed.get() {
            return Err(refuse("full", "this server is going away: connect again in a moment"));
        }
        if self.receivers.borrow().len() >= limits.receivers_max {
            let text = format!(
                "all {} places are taken: raise the limit or start another server",
                limits.receivers_max
            );
            return Err(refuse("full", text));
        }
        Ok(())
    }

    fn measure(&self, hello: &Hello) {
        let role = &[hello.role.as_str()];
        let dns = hello.filter.as_ref().and_then(|filter| filter.dns.as_ref()).map_or(0, Vec::len);
        let strangers = hello.positions.keys().filter(|name| !self.sources.contains_key(*name)).count();
        self.metrics.receiver_dns.with_label_values(role).set(dns as i64);
        self.metrics.receiver_errors.with_label_values(role).set(strangers as i64);
    }

    /// How the client's stream of one source begins.
    async fn plan(
        &self,
        name: &Text,
        source: &Source,
        position: Option<Position>,
        filter: &Filter,
    ) -> Result<(Plan, Cursor), Refuse> {
        let failed = |error: ports::StoreError| refuse("unavailable", format!("the log of {name}: {error}"));
        let interest = filter.dns.as_ref().map(|dns| Interest::new(dns, &source.switch));
        match position {
            None => self.begin_now(name, source, interest).await,
            Some(Position { epoch: 0, seq: 0 }) => {
                let Some(origin) = self.log.origin(name, Position::default()).await.map_err(failed)? else {
                    return Ok((Plan::Resume, Cursor::new(Position::default(), Vec::new(), interest)));
                };
                if origin.state.dns.is_empty()
                    && origin.state.memberships.is_empty()
                    && origin.state.media.is_empty()
                {
                    return Ok((Plan::Resume, Cursor::new(origin.position, Vec::new(), interest)));
                }
                let picture = Picture { position: origin.position, snapshot: origin.state };
                begin_with(name, &picture, interest)
            }
            Some(position) => match self.log.read(name, position, 1).await.map_err(failed)? {
                Found::Gone => self.begin_now(name, source, interest).await,
                Found::Entries(_) => {
                    let mut cursor = Cursor::new(position, Vec::new(), interest);
                    if filter.dns.is_some() {
                        self.remember(name, position, &mut cursor).await.map_err(failed)?;
                    }
                    Ok((Plan::Resume, cursor))
                }
            },
        }
    }

    async fn begin_now(
        &self,
        name: &Text,
        source: &Source,
        interest: Option<Interest>,
    ) -> Result<(Plan, Cursor), Refuse> {
        let picture = source.sender.ask(Describe, PATIENCE).await;
        let picture =
            picture.map_err(|error| refuse("unavailable", format!("the state of {name}: {error}")))?;
        begin_with(name, &picture, interest)
    }

    /// Lets the interest of a cursor see what lies between the nearest known state and its position.
    async fn remember(&self, name: &Text, until: Position, cursor: &mut Cursor) -> ports::Result<()> {
        let Some(origin) = self.log.origin(name, until).await? else { return Ok(()) };
        cursor.observe_state(&origin.state);
        let mut position = origin.position;
        while position < until {
            let Found::Entries(entries) = self.log.read(name, position, 1 << 20).await? else {
                return Ok(());
            };
            let Some(last) = entries.last() else { return Ok(()) };
            position = last.position;
            for entry in entries.iter().filter(|entry| entry.position <= until) {
                let record = decode_record(&entry.bytes);
                cursor.observe(&record.map_err(|error| ports::StoreError::Corrupt(error.to_string()))?);
            }
        }
        Ok(())
    }

    fn start_receiver(
        &self,
        link: Incoming,
        cursors: BTreeMap<Text, Cursor>,
        audiences: BTreeMap<Text, Arc<Audience>>,
    ) {
        let number = self.numbers.get();
        self.numbers.set(number + 1);
        let parts = receiver::Parts {
            number,
            link,
            cursors,
            audiences,
            log: self.log.clone(),
            read_bytes_max: self.settings.limits.read_bytes_max,
            metrics: self.metrics.clone(),
            receivers: self.receivers.clone(),
        };
        // A link can't be built anew: after a panic it ends, and the client resumes.
        let policy = RestartPolicy { restarts_max: 0, ..RestartPolicy::default() };
        let mut parts = Some(parts);
        let receivers = self.receivers.clone();
        let receiver = supervise(
            "lds receiver",
            policy,
            &self.census,
            |_| {},
            move || {
                let Some(parts) = parts.take() else { unreachable!("a receiver is built once") };
                Receiver::new(parts)
            },
        );
        receivers.borrow_mut().insert(number, receiver);
    }

    /// Tells every receiver to go.
    pub(super) fn dismiss_all(&self, reason: &str) {
        self.closed.set(true);
        for receiver in self.receivers.borrow().values() {
            // A mailbox that is full belongs to a client that will see the link end instead.
            let _ = receiver.try_send(Dismiss(reason.into()));
        }
    }
}

fn begin_with(name: &Text, picture: &Picture, interest: Option<Interest>) -> Result<(Plan, Cursor), Refuse> {
    let frames = snapshot_frames(name, picture.position, None, &picture.snapshot);
    let frames = frames.map_err(|error| refuse("unavailable", format!("the state of {name}: {error}")))?;
    let mut cursor = Cursor::new(picture.position, frames, interest);
    cursor.observe_state(&picture.snapshot);
    Ok((Plan::Snapshot, cursor))
}
