//! Whatever is sent comes back; whatever comes does no harm.

use super::*;
use model::record::{CallState, Gap, Role, WorkMode};
use proptest::prelude::*;

fn text() -> impl Strategy<Value = Text> {
    prop_oneof!["[a-z0-9@/]{0,12}", "\\PC{0,40}", "[x]{250,300}"].prop_map(Text::from)
}

fn key_values() -> impl Strategy<Value = model::record::KeyValues> {
    let list = prop::collection::btree_map(text(), text(), 0..3).prop_map(KeyValue::List);
    let value = prop_oneof![text().prop_map(KeyValue::Text), list];
    prop::collection::btree_map(text(), value, 0..4)
}

/// A strategy for any record that a source may send, but snapshots.
pub(super) fn any_record() -> impl Strategy<Value = Record> {
    let opt = || prop::option::of(text());
    let ids = (text(), any::<u64>(), any::<u64>(), any::<i64>(), any::<i64>(), text());
    let dns = (opt(), opt(), opt(), opt(), opt(), opt(), opt(), opt());
    let words =
        (opt(), opt(), opt(), prop::option::of(key_values()), prop::option::of(key_values()), any::<bool>());
    let rare = (opt(), opt(), opt(), prop::option::of(key_values()), prop::option::of(any::<i64>()), 0..4u8);
    (ids, dns, words, rare).prop_map(|(ids, dns, words, rare)| {
        let (source, epoch, seq, time, received, event) = ids;
        let (this_dn, this_queue, other_dn, third_party_dn, conn_id, prev_conn_id, agent_id, reason) = dns;
        let (call_type, call_state, work_mode, reasons, user_data, synthetic) = words;
        let mut record = Record {
            epoch,
            seq,
            time: Micros(time),
            this_dn,
            this_queue,
            other_dn,
            third_party_dn,
            conn_id,
            prev_conn_id,
            agent_id,
            reason,
            call_type: call_type.map(|word| CallType::from_name(&word)),
            call_state: call_state.map(|word| CallState::from_name(&word)),
            work_mode: work_mode.map(|word| WorkMode::from_name(&word)),
            reasons: reasons.map(Box::new),
            user_data: user_data.map(Box::new),
            synthetic,
            ..Record::new(source, Event::from_name(&format!("E{event}")), Micros(received))
        };
        let (role, ani, media, extensions, since, kind) = rare;
        if kind > 0 {
            let rare = record.rare_mut();
            rare.this_dn_role = role.map(|word| Role::from_name(&word));
            rare.ani = ani;
            rare.media_type = media;
            rare.extensions = extensions;
            rare.agent_source_since = since.map(Micros);
            // An empty one reads as none.
            rare.dnis = Some("x".into());
        }
        if kind > 1 {
            record.rare_mut().unknown.insert("mood".into(), serde_json::json!([1, {"a": "b"}]));
        }
        if kind > 2 {
            record.event = Event::Gap;
            let gap = Gap { from: Micros(1), to: Micros(2), cause: "lost".into(), unsaved: false };
            record.body = Some(Box::new(model::record::Body::Gap(gap)));
        }
        record
    })
}

fn positions() -> impl Strategy<Value = Positions> {
    prop::collection::btree_map(text(), (any::<u64>(), any::<u64>()), 0..4).prop_map(|pairs| {
        pairs.into_iter().map(|(source, (epoch, seq))| (source, Position { epoch, seq })).collect()
    })
}

fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(serde_json::Value::from),
        any::<i64>().prop_map(serde_json::Value::from),
        text().prop_map(|text| serde_json::Value::from(text.as_str())),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(serde_json::Value::from),
            prop::collection::btree_map("[a-z]{1,8}", inner, 0..4)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Changes of a configuration, and parts of one.
pub(super) fn any_changes() -> impl Strategy<Value = Changes> {
    let set = prop::collection::btree_map(text(), any_json(), 0..4);
    let revised = (any::<u64>(), text(), text(), set, any::<bool>())
        .prop_map(|(revision, object, id, set, gone)| Revised { revision, object, id, set, gone });
    let changes = prop::collection::vec(revised, 0..4);
    (text(), any::<u64>(), any::<u64>(), prop::option::of(any::<u32>()), any::<bool>(), changes).prop_map(
        |(source, epoch, revision, part, last, changes)| Changes {
            source,
            epoch,
            revision,
            part,
            last,
            changes,
        },
    )
}

fn any_frame() -> impl Strategy<Value = Frame> {
    let filter = prop::option::of(
        prop::collection::vec(text(), 0..4).prop_map(|dns| Filter { sources: None, dns: Some(dns) }),
    );
    prop_oneof![
        (any::<u32>(), text(), text(), positions(), filter).prop_map(
            |(v, role, token, positions, filter)| {
                let tenant = "acme".into();
                Frame::Hello(Hello { v, role, tenant, token, positions, filter, frame_bytes_max: None })
            }
        ),
        (text(), any::<u64>(), any::<u64>()).prop_map(|(name, epoch, seq)| {
            let offer = Offer { name, switch: None, epoch, seq, plan: Plan::Resume };
            Frame::Welcome(Welcome { v: 1, sources: vec![offer] })
        }),
        (text(), text()).prop_map(|(code, text)| Frame::Refuse(Refuse { code, text })),
        (text(), prop::collection::vec(any_record(), 0..4))
            .prop_map(|(source, records)| Frame::Events(Events { source, records })),
        (text(), any::<i64>(), any::<i64>(), text()).prop_map(|(source, from, to, cause)| Frame::Gap(
            GapNotice { source, from: Micros(from), to: Micros(to), cause }
        )),
        (text(), any::<u64>(), any::<u64>(), any::<i64>()).prop_map(|(source, epoch, seq, now)| {
            Frame::Heartbeat(Heartbeat { source, epoch, seq, now: Micros(now) })
        }),
        any_changes().prop_map(Frame::Changes),
        positions().prop_map(|positions| Frame::Ack(Ack { positions })),
        text().prop_map(|reason| Frame::Bye(Bye { reason })),
    ]
}

proptest! {
    #[test]
    fn frames_come_back_as_they_were_sent_however_the_bytes_are_split(
        frames in prop::collection::vec(any_frame(), 1..5),
        cuts in prop::collection::vec(1..50usize, 1..20),
    ) {
        let bytes: Vec<u8> = frames.iter().flat_map(|frame| encode(frame).unwrap().to_vec()).collect();
        let (mut decoder, mut found, mut rest) = (Decoder::default(), Vec::new(), &bytes[..]);
        for cut in cuts.iter().cycle() {
            let (piece, more) = rest.split_at((*cut).min(rest.len()));
            decoder.push(piece);
            while let Some(frame) = decoder.next_frame().unwrap() {
                found.push(frame);
            }
            rest = more;
            if rest.is_empty() {
                break;
            }
        }
        prop_assert_eq!(found, frames);
        prop_assert!(!decoder.is_amid_frame());
    }

    #[test]
    fn the_quick_reader_of_records_agrees_with_the_general_one(record in any_record()) {
        let mut bytes = Vec::new();
        encode_record(&record, &mut bytes);
        prop_assert_eq!(&decode_record(&bytes).unwrap(), &rmp_serde::from_slice::<Record>(&bytes).unwrap());
        prop_assert_eq!(&decode_record(&bytes).unwrap(), &record);
    }

    #[test]
    fn parts_out_of_turn_are_refused_and_never_panic(frames in prop::collection::vec(any_changes(), 0..6)) {
        let mut gathering = Gathering::default();
        for frame in frames {
            let (part, last) = (frame.part, frame.last);
            let gathered = gathering.push(frame);
            if part.is_none_or(|part| part == 0 && last) && gathered.is_ok() {
                prop_assert!(gathered.unwrap().is_some());
            }
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut decoder = Decoder::default();
        decoder.push(&framed(&bytes));
        while let Ok(Some(_)) = decoder.next_frame() {}
        let _ = decode_record(&bytes);
    }

    #[test]
    fn a_damaged_frame_is_an_error_or_another_frame_but_never_a_panic(
        frame in any_frame(), at in any::<prop::sample::Index>(), byte in any::<u8>(),
    ) {
        let mut bytes = encode(&frame).unwrap().to_vec();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let mut decoder = Decoder::default();
        decoder.push(&bytes);
        while let Ok(Some(_)) = decoder.next_frame() {}
    }
}
