//! The bytes of each frame in version 1, as they were first sent. A difference here is a break for peers.

use super::*;

fn samples() -> Vec<(&'static str, Frame)> {
    let position = Position { epoch: 1_700_000_000_000_000, seq: 41 };
    let positions: Positions = [("pbx1".into(), position), ("vq1".into(), Position::default())].into();
    let source = || Text::from("pbx1");
    let Position { epoch, seq } = position;
    vec![
        (
            "hello",
            Frame::Hello(Hello {
                v: 1,
                role: "dcu".into(),
                tenant: "acme".into(),
                token: "secret".into(),
                positions: positions.clone(),
                filter: Some(Filter { sources: Some(vec![source()]), dns: Some(vec!["9001@sw1".into()]) }),
                frame_bytes_max: Some(2 << 20),
            }),
        ),
        (
            "welcome",
            Frame::Welcome(Welcome {
                v: 1,
                sources: vec![Offer {
                    name: source(),
                    switch: Some("sw1".into()),
                    epoch,
                    seq,
                    plan: Plan::Snapshot,
                }],
            }),
        ),
        ("refuse", Frame::Refuse(Refuse { code: "token".into(), text: "check the secret".into() })),
        ("events", Frame::Events(Events { source: source(), records: vec![record(42)] })),
        (
            "snapshot",
            Frame::Snapshot(SnapshotPart {
                source: source(),
                epoch,
                seq,
                taken: Micros(1_700_000_000_000_009),
                time: None,
                received: None,
                part: 0,
                last: true,
                dns: vec![DnPicture { agent_id: Some("A1".into()), ..picture("2001", 1) }],
                memberships: vec![Membership { dn: "2001".into(), queue: "9001".into() }],
                media: Vec::new(),
            }),
        ),
        (
            "changes",
            Frame::Changes(Changes {
                source: "acme".into(),
                epoch,
                revision: 43,
                part: None,
                last: false,
                changes: vec![moved(42), Revised { set: BTreeMap::new(), gone: true, ..moved(43) }],
            }),
        ),
        (
            "changes",
            Frame::Changes(Changes {
                source: "acme".into(),
                epoch,
                revision: 43,
                part: Some(0),
                last: true,
                changes: vec![moved(42)],
            }),
        ),
        (
            "gap",
            Frame::Gap(GapNotice {
                source: source(),
                from: Micros(5),
                to: Micros(1_000_000),
                cause: "lost".into(),
            }),
        ),
        (
            "heartbeat",
            Frame::Heartbeat(Heartbeat { source: source(), epoch, seq, now: Micros(1_700_000_000_100_009) }),
        ),
        ("ack", Frame::Ack(Ack { positions })),
        ("bye", Frame::Bye(Bye { reason: "going away".into() })),
    ]
    .into_iter()
    .chain(interface())
    .collect()
}

/// The frames of the statistics interface.
fn interface() -> Vec<(&'static str, Frame)> {
    let at = Micros(1_700_000_000_000_009);
    let definition = Asked {
        stat_type: "Agent_Target_State".into(),
        object_type: "GroupAgents".into(),
        time_profile: Some("Default".into()),
        filter: Some("Spanish".into()),
        ..Asked::default()
    };
    let (mode, objects) = (Some("TimeBased".into()), vec!["Sales".into()]);
    let open = Open {
        id: 7,
        definition,
        objects: objects.clone(),
        mode,
        frequency: Some(5),
        insensitivity: Some(3),
    };
    let room =
        Target { status: "WaitForNextCall".into(), since: at, media: [("chat".into(), (1, 1, 2))].into() };
    let state = Condition {
        status: "WaitForNextCall".into(),
        since: at,
        members: Some([("A1".into(), "CallInbound".into())].into()),
        targets: Some([("A1".into(), room)].into()),
        removed: vec!["A2".into()],
        snapshot: true,
        ..Condition::default()
    };
    let number = Row {
        object: "9001@sw1".into(),
        value: Some(12.5),
        empty: true,
        invalid: true,
        partial: true,
        ..Row::default()
    };
    let group = Row { object: "Sales".into(), state: Some(state), ..Row::default() };
    let validity = Validity { id: 7, at, objects };
    vec![
        ("open", Frame::Open(open)),
        ("peek", Frame::Peek(Peek { id: 7 })),
        ("close", Frame::Close(Close { id: 7 })),
        ("info", Frame::Info(Info { id: 7, at, from: Micros(5), rows: vec![number, group], peek: true })),
        ("valid", Frame::Valid(validity.clone())),
        ("invalid", Frame::Invalid(validity)),
        ("error", Frame::Error(Failed { id: 7, code: "object".into(), text: "no such group".into() })),
    ]
}

/// `name hex` on each line.
const VERSION_1: &str = include_str!("golden_v1.txt");

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

#[test]
fn each_frame_is_written_with_the_bytes_of_version_1_and_read_from_them() {
    let written: Vec<String> =
        samples().iter().map(|(name, frame)| format!("{name} {}", hex(&encode(frame).unwrap()))).collect();
    let kept: Vec<&str> = VERSION_1.lines().collect();
    assert_eq!(written, kept, "if a peer may break, the file is to become:\n{}", written.join("\n"));
    for ((name, frame), line) in samples().into_iter().zip(kept) {
        let (_, bytes) = line.split_once(' ').unwrap();
        assert_eq!(decoded(&unhex(bytes)).unwrap(), frame, "{name}");
    }
}
