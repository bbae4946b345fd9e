//! A configuration travels in frames of at most 1 MiB and is whole again on the other side.

use super::*;

fn agents(count: u64, name_bytes: usize) -> Vec<Revised> {
    let name = serde_json::Value::from("x".repeat(name_bytes));
    let agent = |revision: u64| Revised {
        revision,
        object: "agent".into(),
        id: format!("A{revision}").into(),
        set: [("name".into(), name.clone())].into(),
        gone: false,
    };
    (1..=count).map(agent).collect()
}

fn gathered(frames: &[std::sync::Arc<[u8]>]) -> Vec<Changes> {
    let mut gathering = Gathering::default();
    let mut found = Vec::new();
    for frame in frames {
        assert!(frame.len() <= FRAME_BYTES_MAX + 4);
        let Frame::Changes(changes) = decoded(frame).unwrap() else { panic!("another frame") };
        found.extend(gathering.push(changes).unwrap());
    }
    found
}

#[test]
fn a_large_configuration_comes_in_parts_and_is_applied_at_once() {
    let position = Position { epoch: 7, seq: 9_000 };
    let sent = agents(300, 10_000);
    let frames = changes_frames(&"acme".into(), position, true, sent.clone()).unwrap();
    assert!(frames.len() >= 3);
    let found = gathered(&frames);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].epoch, found[0].revision, found[0].part), (7, 9_000, Some(0)));
    assert_eq!(found[0].changes, sent);
}

#[test]
fn changes_in_several_frames_tell_how_far_each_leads() {
    let sent = agents(300, 10_000);
    let frames =
        changes_frames(&"acme".into(), Position { epoch: 7, seq: 300 }, false, sent.clone()).unwrap();
    let found = gathered(&frames);
    for changes in &found {
        assert_eq!(
            (changes.part, Some(changes.revision)),
            (None, changes.changes.last().map(|last| last.revision))
        );
    }
    assert_eq!(found.into_iter().flat_map(|changes| changes.changes).collect::<Vec<_>>(), sent);
}

#[test]
fn an_empty_configuration_is_one_part() {
    let frames = changes_frames(&"acme".into(), Position { epoch: 7, seq: 0 }, true, Vec::new()).unwrap();
    let found = gathered(&frames);
    assert!(found.len() == 1 && found[0].last && found[0].changes.is_empty());
}

#[test]
fn an_object_too_large_for_a_frame_is_refused() {
    let sent = agents(1, FRAME_BYTES_MAX);
    let frames = changes_frames(&"acme".into(), Position { epoch: 7, seq: 1 }, false, sent);
    assert!(matches!(frames, Err(FrameError::TooLarge { .. })), "{frames:?}");
}

#[test]
fn a_part_out_of_turn_is_refused() {
    let position = Position { epoch: 7, seq: 300 };
    let frames = changes_frames(&"acme".into(), position, true, agents(300, 10_000)).unwrap();
    let read = |at: usize| match decoded(&frames[at]).unwrap() {
        Frame::Changes(changes) => changes,
        other => panic!("{other:?}"),
    };
    assert!(Gathering::default().push(read(1)).is_err());
    let mut gathering = Gathering::default();
    gathering.push(read(0)).unwrap();
    assert!(gathering.clone().push(read(2)).is_err());
    assert!(gathering.push(Changes { part: None, ..read(1) }).is_err(), "a change amid the whole");
}
