//! Who waits just now: the actors of mediation DNs and staging areas know, the floor knows the names of calls.

use crate::dcu::collector::Collector;
use crate::dcu::object::{ObjectActor, WhoWaits};
use actix::{Addr, Handler, Message, MessageResult};
use model::item::{CallKind, ConnIx};
use model::{Micros, Object, Text};
use objects::Waiter;
use ports::questions::{CONTACTS_MAX, Contact, Reply, Waiting};
use std::collections::BTreeMap;

/// Where somebody can wait, as of when.
#[derive(Message)]
#[rtype(result = "Rooms")]
struct Enter(Object);

/// The places that were asked for.
struct Rooms {
    through: Micros,
    rooms: Vec<(Object, Addr<ObjectActor>)>,
}

/// What are these calls and interactions called?
#[derive(Message)]
#[rtype(result = "BTreeMap<ConnIx, Text>")]
struct Names(Vec<ConnIx>);

impl Handler<Enter> for Collector {
    type Result = MessageResult<Enter>;

    fn handle(&mut self, Enter(object): Enter, _: &mut Self::Context) -> Self::Result {
        let parts = self.parts();
        let (through, rooms) = (parts.merge.through(), parts.pipeline.waiting_rooms(&object));
        MessageResult(Rooms { through, rooms })
    }
}

impl Handler<Names> for Collector {
    type Result = MessageResult<Names>;

    fn handle(&mut self, Names(wanted): Names, _: &mut Self::Context) -> Self::Result {
        MessageResult(self.parts().pipeline.floor().conn_ids(&wanted))
    }
}

/// Those who wait at an object or at its members.
pub(super) async fn who_waits(collector: &Addr<Collector>, object: Object) -> Reply {
    let stopping = || Reply::Failed("the data collection unit is stopping".into());
    let Ok(Rooms { through, rooms }) = collector.send(Enter(object)).await else { return stopping() };
    if rooms.is_empty() {
        return Reply::NoValue;
    }
    let mut places = Vec::new();
    let mut all: Vec<(Object, Waiter)> = Vec::new();
    for (place, room) in rooms {
        let Ok(waiters) = room.send(WhoWaits).await else { return stopping() };
        places.push((place.clone(), waiters.len()));
        all.extend(waiters.into_iter().map(|waiter| (place.clone(), waiter)));
    }
    all.sort_by_key(|(_, waiter)| (waiter.since, waiter.conn));
    all.truncate(CONTACTS_MAX);
    let wanted = all.iter().map(|(_, waiter)| waiter.conn).collect();
    let Ok(names) = collector.send(Names(wanted)).await else { return stopping() };
    let contacts = all.into_iter().map(|(place, waiter)| contact(place, waiter, &names)).collect();
    Reply::Waiting(Box::new(Waiting { at: through, places, contacts }))
}

fn contact(place: Object, waiter: Waiter, names: &BTreeMap<ConnIx, Text>) -> Contact {
    let data = waiter.data.as_deref();
    Contact {
        place,
        id: names.get(&waiter.conn).cloned(),
        since: waiter.since,
        call_type: waiter.call.map(CallKind::name).map(Into::into),
        from: data.and_then(|data| data.ani.clone()),
        dialed: data.and_then(|data| data.dnis.clone()),
        customer: data.and_then(|data| data.customer_id.clone()),
        media: data.and_then(|data| data.media_type.clone()),
    }
}
