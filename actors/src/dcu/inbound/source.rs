//! A source that brings its records by itself: an Interaction Server that connects to the DCU.

use super::super::collector::PUSHED;
use super::super::feed::{Room, TOGETHER, hand_over};
use super::{Door, refuse};
use model::Text;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::{Instant, interval_at};
use wire::frame::{Ack, Assembler, Frame, Offer, Plan, Positions, Refuse, VERSION, Welcome, encode};
use wire::link::{Incoming, LinkEvent};

/// How often the source hears how far its records have come; it also tells that we live.
const ACK_EVERY: Duration = Duration::from_millis(500);

/// Takes in what the source brings, until it ends; or answers why it must.
pub(super) async fn take_in(door: &Door, client: Incoming) -> Result<(), Refuse> {
    let names: Vec<Text> = client.hello.positions.keys().cloned().collect();
    if names.is_empty() {
        return Err(refuse(
            "source",
            "positions of hello name no source: name those whose records you bring",
        ));
    }
    if let Some(stranger) = names.iter().find(|name| !door.settings.sources.contains(name)) {
        let text = format!("source {stranger} is not one of the tenant's: add it to the configuration");
        return Err(refuse("source", text));
    }
    let link = Text::from(format!("{PUSHED} {}", names.join(", ")));
    let welcome = welcome(door, &names);
    let Incoming { mut frames, outbox, peer, .. } = client;
    let who = format!("the source at {peer}, with {}", names.join(", "));
    let frame =
        encode(&Frame::Welcome(welcome.clone())).map_err(|error| refuse("protocol", error.to_string()))?;
    if outbox.try_push(frame).is_err() {
        return Ok(());
    }
    for offer in &welcome.sources {
        door.pushed.begin(&offer.name, offer.position(), door.settings.keep_bytes);
    }
    hand_over(&link, &mut vec![LinkEvent::Connected(welcome)], &door.collector).await;
    let mut parts: BTreeMap<Text, Assembler> = BTreeMap::new();
    let mut acks = interval_at(Instant::now() + ACK_EVERY, ACK_EVERY);
    let mut came = Vec::new();
    let end = loop {
        let count = tokio::select! {
            count = frames.recv_many(&mut came, TOGETHER) => count,
            _ = acks.tick() => {
                let positions = positions(door, &names);
                if let Ok(frame) = encode(&Frame::Ack(Ack { positions })) {
                    // A full queue: acknowledgements are on their way.
                    let _ = outbox.try_push(frame);
                }
                continue;
            }
        };
        if count == 0 {
            break Ok("the source has ended the link".to_owned());
        }
        door.saw(&who);
        let (mut events, mut bye) = (Vec::new(), None);
        for frame in came.drain(..) {
            match event(frame, &names, &mut parts) {
                Ok(Step::Event(event)) => events.push(event),
                Ok(Step::Nothing) => {}
                Ok(Step::Bye(reason)) => bye = Some(reason),
                Err(refusal) => {
                    lost(door, &link, &refusal.text).await;
                    return Err(refusal);
                }
            }
        }
        let brought = events.clone();
        let room = hand_over(&link, &mut events, &door.collector).await;
        // What comes after a hole is not taken in, here as there.
        door.pushed.keep(&brought);
        match room {
            Some(Room::Hole) => {
                break Err(refuse(
                    "hole",
                    "a record is missing: go on from the positions of the next welcome",
                ));
            }
            Some(_) => {}
            None => return Ok(()),
        }
        if let Some(reason) = bye {
            break Ok(format!("the source said good-bye: {reason}"));
        }
    };
    let cause = match &end {
        Ok(cause) => cause.as_str(),
        Err(refusal) => refusal.text.as_str(),
    };
    lost(door, &link, cause).await;
    end.map(|_| ())
}

async fn lost(door: &Door, link: &Text, cause: &str) {
    let event = LinkEvent::Lost { cause: cause.to_owned(), retry_in: Duration::ZERO };
    hand_over(link, &mut vec![event], &door.collector).await;
}

fn positions(door: &Door, names: &[Text]) -> Positions {
    let reached = door.reached.positions();
    names.iter().map(|name| (name.clone(), reached.get(name).copied().unwrap_or_default())).collect()
}

/// Where each source goes on: after what we have; [0,0] from its oldest record.
fn welcome(door: &Door, names: &[Text]) -> Welcome {
    let sources = positions(door, names).into_iter().map(|(name, position)| Offer {
        name,
        switch: None,
        epoch: position.epoch,
        seq: position.seq,
        plan: Plan::Resume,
    });
    Welcome { v: VERSION, sources: sources.collect() }
}

enum Step {
    Event(LinkEvent),
    Nothing,
    Bye(Text),
}

/// What a frame of the source means.
fn event(frame: Frame, names: &[Text], parts: &mut BTreeMap<Text, Assembler>) -> Result<Step, Refuse> {
    let own = |source: &Text| match names.contains(source) {
        true => Ok(()),
        false => Err(refuse("source", format!("source {source} was not named in hello"))),
    };
    Ok(Step::Event(match frame {
        Frame::Events(events) => {
            own(&events.source)?;
            if let Some(record) = events.records.iter().find(|record| record.source != events.source) {
                return Err(refuse(
                    "source",
                    format!("a record of {} came among those of {}", record.source, events.source),
                ));
            }
            LinkEvent::Events(events)
        }
        Frame::Snapshot(part) => {
            own(&part.source)?;
            let whole = parts.entry(part.source.clone()).or_default().push(part);
            match whole.map_err(|error| refuse("protocol", error.to_string()))? {
                Some(whole) => LinkEvent::Snapshot(whole),
                None => return Ok(Step::Nothing),
            }
        }
        Frame::Gap(gap) => {
            own(&gap.source)?;
            LinkEvent::Gap(gap)
        }
        Frame::Heartbeat(heartbeat) => {
            own(&heartbeat.source)?;
            LinkEvent::Heartbeat(heartbeat)
        }
        Frame::Bye(bye) => return Ok(Step::Bye(bye.reason)),
        _ => return Ok(Step::Nothing),
    }))
}
