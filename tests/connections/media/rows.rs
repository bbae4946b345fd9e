//! One story for each row.

use super::centre::{Centre, INBOUND_TOKEN, Way};
use crate::process::{http, wait_for};
use crate::rows::{missed, works};
use crate::world::PATIENCE;
use link_tcp::DialError;
use model::{Micros, Text};
use std::collections::BTreeMap;
use std::time::Duration;
use test_servers::skipped;
use wire::frame::{Asked, Frame, Info, Open, Peek, encode};

const AREAS: [&str; 4] = ["Chat_Entered", "Chat_Cleared", "Chat_Waiting", "Email_Waiting"];
const VIRTUAL: [&str; 3] = ["Calls_Entered", "Calls_Distributed", "Calls_Abandoned"];

/// Starts a centre, or says why that can't be.
fn centre(way: Way) -> Option<Centre> {
    Centre::start(way).map_err(|why| skipped(&why)).ok()
}

/// Midnight of the tenant's day (UTC here), or the opening where that was later: totals count from there.
fn day(opened: Micros, at: Micros) -> Micros {
    Micros::from_secs(at.secs().div_euclid(86_400) * 86_400).max(opened)
}

/// Waits until what the page shows of interaction queues is what the play says for the same instant. `whole`: totals too.
fn areas_agree(centre: &Centre, cookie: &str, opened: Micros, whole: bool) {
    wait_for("interaction queues on the page are those of the play", PATIENCE * 2, || {
        let (at, rows) = centre.values(cookie, "StagingArea", &AREAS)?;
        let (truth, before) = (centre.media_truth(opened, at), centre.media_truth(opened, day(opened, at)));
        let agree = truth.queues.iter().all(|(name, area)| {
            let Some(shown) = rows.get(name) else { return area.entered == 0 };
            let before = &before.queues[name];
            let (entered, taken) = (area.entered - before.entered, area.taken.number - before.taken.number);
            match name.as_str() {
                chat if chat.starts_with("Chat") => {
                    let totals = shown[..2] == [entered as i64, taken as i64];
                    (totals || !whole) && shown[2] == area.waiting as i64
                }
                "E-mail inbound" => shown[3] == area.waiting as i64,
                _ => true,
            }
        });
        let busy = truth.queues.values().any(|area| area.entered > 0);
        (agree && busy).then(|| eprintln!("  at {}: {rows:?}", at.0))
    });
}

/// The same of agents: chats in progress.
fn agents_agree(centre: &Centre, cookie: &str, opened: Micros) {
    wait_for("chats in progress on the page are those of the play", PATIENCE * 2, || {
        let (at, rows) = centre.values(cookie, "Agent", &["Chat_In_Progress"])?;
        let truth = centre.media_truth(opened, at);
        let chats = |id: &Text| truth.agents.get(id)?.media.get("chat").map(|chat| chat.handled as i64);
        rows.iter().all(|(id, cells)| cells[0] == chats(id).unwrap_or(0)).then_some(())
    });
}

/// The same of virtual queues; `of` tells what the play says of a number: entered, distributed, abandoned.
fn virtual_agree(
    centre: &Centre,
    cookie: &str,
    numbers: &[&str],
    of: impl Fn(Micros) -> BTreeMap<Text, [i64; 3]>,
    opened: Micros,
) {
    wait_for("virtual queues on the page are those of the play", PATIENCE * 2, || {
        let (at, rows) = centre.values(cookie, "Queue", &VIRTUAL)?;
        let (truth, before) = (of(at), of(day(opened, at)));
        let mut sum = 0;
        for number in numbers {
            let shown = rows.iter().find(|(id, _)| id.starts_with(&format!("{number}@")))?.1;
            let number = Text::from(*number);
            let expected: Vec<i64> = truth[&number].iter().zip(before[&number]).map(|(a, b)| a - b).collect();
            if *shown != expected {
                return None;
            }
            sum += truth[&number][0];
        }
        (sum > 0).then(|| eprintln!("  at {}: {sum} entered virtual queues", at.0))
    });
}

/// Takes the simulator away and gives it back: a numbering of its own begins then.
fn away_and_back(centre: &Centre, row: u8, link: &str) -> Micros {
    centre.kill("simulator");
    centre.link_is(link, false);
    // Whether it would be called by us, or calls us: only in the first case it is missed by a try.
    if row != 18 {
        missed(centre, row, "unreachable", "check that it runs");
    }
    std::thread::sleep(Duration::from_secs(4));
    centre.start_role("simulator");
    centre.link_is(link, true);
    works(centre, row);
    centre.opened()
}

#[test]
fn connection_17_a_dcu_subscribes_at_an_interaction_server() {
    let Some(centre) = centre(Way::Subscribed) else { return };
    let (cookie, opened) = (centre.sign_in(), centre.opened());
    let link = format!("Interaction Server at 127.0.0.1:{}", centre.ports.interactions);
    centre.link_is(&link, true);
    eprintln!("17: {link}, TLS, {}", centre.process("simulator"));
    let said = works(&centre, 17);
    assert!(said["tries"][0]["seen"].as_str().unwrap().contains("TLS, version 1, serves ixn1"), "{said}");
    areas_agree(&centre, &cookie, opened, true);
    agents_agree(&centre, &cookie, opened);
    // A DCU that dies goes on where it was: totals are those of the play.
    centre.kill("dcu");
    centre.start_role("dcu");
    centre.link_is(&link, true);
    areas_agree(&centre, &cookie, opened, true);
    // The server dies, and another one comes that knows nothing of the numbers before: its state is taken over.
    let opened = away_and_back(&centre, 17, &link);
    areas_agree(&centre, &cookie, opened, false);
    agents_agree(&centre, &cookie, opened);
}

#[test]
fn connection_16_a_dcu_subscribes_at_an_interaction_server_of_virtual_queues() {
    let Some(centre) = centre(Way::Subscribed) else { return };
    let (cookie, opened) = (centre.sign_in(), centre.opened());
    let link = format!("Interaction Server at 127.0.0.1:{}", centre.ports.interactions_vq);
    centre.link_is(&link, true);
    eprintln!("16: {link}, TLS, {}", centre.process("simulator"));
    works(&centre, 16);
    let of = |at| {
        let queues = centre.media_truth(opened, at).virtual_queues.into_iter();
        let counts =
            queues.map(|(number, it)| (number, [it.entered, it.distributed.number, it.abandoned.number]));
        counts.map(|(number, counts)| (number, counts.map(|count| count as i64))).collect()
    };
    virtual_agree(&centre, &cookie, &["8101", "8102"], of, opened);
    away_and_back(&centre, 16, &link);
}

/// What the page shows of the virtual queues of calls is what the play says.
fn calls_agree(centre: &Centre) {
    let (cookie, opened) = (centre.sign_in(), centre.opened());
    let of = |at| {
        let queues = centre.truth(opened, at).queues.into_iter();
        let counts =
            queues.map(|(number, it)| (number, [it.entered, it.distributed.number, it.abandoned.number]));
        counts.map(|(number, counts)| (number, counts.map(|count| count as i64))).collect()
    };
    virtual_agree(centre, &cookie, &["8006", "8007"], of, opened);
}

#[test]
fn connection_12_lds_vq_has_the_configuration_from_the_tenant_service() {
    let Some(centre) = centre(Way::Subscribed) else { return };
    eprintln!("12: Tenant Service on port {}, {}", centre.ports.tenant, centre.process("tenant"));
    // Without it, an LDS-VQ that starts anew says what it waits for, and does not begin.
    wait_for("LDS-VQ is ready", PATIENCE, || {
        let (head, _) = http(centre.ports.lds_vq_metrics, "GET", "/ready", "", "")?;
        head.contains(" 200 ").then_some(())
    });
    works(&centre, 12);
    centre.kill("lds-vq");
    centre.kill("tenant");
    missed(&centre, 12, "unreachable", "check that it runs");
    std::fs::remove_dir_all(centre.folder_of("lds-vq")).unwrap();
    centre.start_role("lds-vq");
    std::thread::sleep(Duration::from_secs(2));
    let ready = http(centre.ports.lds_vq_metrics, "GET", "/ready", "", "");
    assert!(ready.is_none_or(|(head, _)| !head.contains(" 200 ")), "nothing tells its configuration");
    centre.start_role("tenant");
    centre.kill("lds-vq");
    centre.start_role("lds-vq");
    wait_for("LDS-VQ is ready again", PATIENCE, || {
        let (head, _) = http(centre.ports.lds_vq_metrics, "GET", "/ready", "", "")?;
        head.contains(" 200 ").then_some(())
    });
}

#[test]
fn connection_13_lds_vq_takes_virtual_queues_from_a_sip_vq() {
    let Some(centre) = centre(Way::Subscribed) else { return };
    calls_agree(&centre);
    eprintln!("13: SIP-VQ on port {}, {}", centre.ports.sip_vq, centre.process("simulator"));
    let connected = |up: bool| {
        wait_for("LDS-VQ sees whether the SIP-VQ is there", PATIENCE, || {
            let metrics = centre.ports.lds_vq_metrics;
            let seconds = centre.metric(metrics, "pulse_lds_sender_connected_seconds", "vq1")?;
            ((seconds > 0.0) == up).then_some(())
        });
    };
    connected(true);
    works(&centre, 13);
    centre.kill("simulator");
    connected(false);
    missed(&centre, 13, "unreachable", "check that it runs");
    centre.start_role("simulator");
    connected(true);
}

#[test]
fn connection_15_a_dcu_takes_virtual_queues_from_lds_vq() {
    let Some(centre) = centre(Way::Subscribed) else { return };
    calls_agree(&centre);
    let link = format!("LDS at 127.0.0.1:{}", centre.ports.lds_vq);
    eprintln!("15: {link}, TLS, {}", centre.process("lds-vq"));
    centre.link_is(&link, true);
    works(&centre, 15);
    centre.kill("lds-vq");
    centre.link_is(&link, false);
    missed(&centre, 15, "unreachable", "check that it runs");
    centre.link_is(&format!("LDS at 127.0.0.1:{}", centre.ports.lds), true);
    centre.start_role("lds-vq");
    centre.link_is(&link, true);
    calls_agree(&centre);
}

#[test]
fn connection_18_an_interaction_server_connects_to_the_dcu_and_a_router_asks_it() {
    let Some(centre) = centre(Way::Pushed) else { return };
    let cookie = centre.sign_in();
    wait_for("the page asks for its statistics", PATIENCE, || {
        let path = format!("/api/v1/values?object_type=StagingArea&objects=*&statistics={}", AREAS.join(","));
        let (head, _) = http(centre.ports.web, "GET", &path, &cookie, "")?;
        head.contains(" 200 ").then_some(())
    });
    // Wishes reach the DCU within a moment.
    std::thread::sleep(Duration::from_secs(2));
    centre.start_role("simulator");
    let opened = centre.opened();
    centre.link_is("inbound ixn1", true);
    eprintln!(
        "18: DCU on port {}, TLS, {}; pushed by {}",
        centre.ports.inbound,
        centre.process("dcu"),
        centre.process("simulator")
    );
    areas_agree(&centre, &cookie, opened, true);
    let said = works(&centre, 18);
    assert!(said["tries"][0]["by"].as_str().unwrap().starts_with("the source at 127.0.0.1"), "{said}");

    // Nobody is let in without the token.
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let refused = runtime.block_on(centre.call(centre.ports.inbound, "router", "a guess"));
    assert!(matches!(&refused, Err(DialError::Refused(refuse)) if refuse.code == "token"), "{refused:?}");
    runtime.block_on(ask_as_router(&centre, opened));

    let opened = away_and_back(&centre, 18, "inbound ixn1");
    areas_agree(&centre, &cookie, opened, false);
}

/// A router follows targets and a count, and peeks.
async fn ask_as_router(centre: &Centre, opened: Micros) {
    let mut call = centre.call(centre.ports.inbound, "router", INBOUND_TOKEN).await.unwrap();
    let ask = |id, stat_type: &str, object_type: &str, objects: &str, mode: &str| {
        let definition =
            Asked { stat_type: stat_type.into(), object_type: object_type.into(), ..Asked::default() };
        let (objects, mode) = (vec![objects.into()], Some(mode.into()));
        let open = Open { id, definition, objects, mode, frequency: Some(1), insensitivity: None };
        encode(&Frame::Open(open)).unwrap()
    };
    call.outbox.push(ask(1, "Target_State", "GroupAgents", "Customer care", "ChangesBased")).await.unwrap();
    call.outbox.push(ask(2, "Chat_Waiting", "StagingArea", "Chat inbound", "TimeBased")).await.unwrap();
    call.outbox.push(ask(3, "Chat_Waiting", "StagingArea", "*", "NoNotification")).await.unwrap();
    call.outbox.push(ask(4, "No_Such_Type", "Agent", "*", "ChangesBased")).await.unwrap();
    call.outbox.push(encode(&Frame::Peek(Peek { id: 3 })).unwrap()).await.unwrap();
    let (mut targets, mut timed, mut peeked, mut refused) = (None, Vec::new(), None, None);
    let all_heard = async {
        let mut peeks = tokio::time::interval(Duration::from_secs(1));
        while targets.is_none() || timed.len() < 3 || peeked.is_none() || refused.is_none() {
            let frame = tokio::select! {
                frame = call.frames.recv() => frame.unwrap().unwrap(),
                _ = peeks.tick() => {
                    call.outbox.push(encode(&Frame::Peek(Peek { id: 3 })).unwrap()).await.unwrap();
                    continue;
                }
            };
            match frame {
                Frame::Info(info) if info.id == 1 && targets.is_none() => targets = Some(info),
                Frame::Info(info) if info.id == 2 => timed.push(info),
                Frame::Info(info) if info.id == 3 && !info.rows.is_empty() => peeked = Some(info),
                Frame::Error(failed) if failed.id == 4 => refused = Some(failed),
                _ => {}
            }
        }
    };
    tokio::time::timeout(PATIENCE, all_heard).await.expect("all is told");
    assert_eq!(refused.unwrap().code, "definition");
    is_as_played(centre, opened, &timed, &peeked.unwrap());
    // Targets: everyone of the group, each with the media and what of them could be taken.
    let Info { at, rows, .. } = targets.unwrap();
    let state = rows[0].state.as_ref().unwrap();
    assert!(state.snapshot && rows[0].object == "Customer care", "{rows:?}");
    let truth = centre.media_truth(opened, at);
    for (id, target) in state.targets.as_ref().unwrap() {
        let seat = &truth.agents[id];
        for (medium, (channels, routable, busy)) in &target.media {
            let channel = &seat.media[medium];
            assert_eq!((*channels, *routable), (1, u32::from(channel.routable)), "{id} {medium} at {}", at.0);
            assert_eq!(u64::from(*busy), channel.offered + channel.handled, "{id} {medium} at {}", at.0);
        }
    }
}

fn is_as_played(centre: &Centre, opened: Micros, timed: &[Info], peeked: &Info) {
    let waiting = |info: &Info, name: &Text| centre.media_truth(opened, info.at).queues[name].waiting as f64;
    for info in timed.iter().chain([peeked]) {
        for row in info.rows.iter().filter(|row| row.object.starts_with("Chat")) {
            assert_eq!(row.value, Some(waiting(info, &row.object)), "{} at {}", row.object, info.at.0);
        }
    }
    // How far apart they are is seen on a clock of its own; here the machine may be busy.
    assert!(timed.windows(2).all(|pair| pair[1].at > pair[0].at), "each later than the one before");
}
