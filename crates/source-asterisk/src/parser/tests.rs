//! The parser's rules: any split gives the same messages, garbage resynchronises and is counted, memory is bounded.

use super::*;
use proptest::prelude::*;

fn parse(chunks: &[&[u8]]) -> (Vec<Parsed>, Garbage) {
    let mut parser = Parser::default();
    let mut found = Vec::new();
    for chunk in chunks {
        parser.push(chunk, |p| found.push(p));
    }
    (found, parser.garbage())
}

fn events(found: &[Parsed]) -> Vec<String> {
    let name = |p: &Parsed| match p {
        Parsed::Banner(_) => None,
        Parsed::Message(m) => m.event().or(m.response()).map(str::to_owned),
    };
    found.iter().filter_map(name).collect()
}

#[test]
fn the_first_line_is_the_banner_and_no_empty_line_follows_it() {
    let (found, _) = parse(&[b"Asterisk Call Manager/11.0.0\r\nResponse: Success\r\nA: 1\r\n\r\n"]);
    assert_eq!(found[0], Parsed::Banner("Asterisk Call Manager/11.0.0".into()));
    assert_eq!(events(&found), ["Success"]);
}

#[test]
fn a_value_is_split_at_the_first_colon_only_and_may_be_empty() {
    let (found, _) = parse(&[b"x\nEvent: A\nK: a: b\nEmpty: \nTight:v\n\n"]);
    let Parsed::Message(m) = &found[1] else { panic!("{found:?}") };
    assert_eq!(m.get("K").unwrap(), "a: b");
    assert_eq!(m.get("Empty").unwrap(), "");
    assert_eq!(m.get("Tight").unwrap(), "v");
}

#[test]
fn bytes_that_are_no_utf8_are_replaced_not_refused() {
    let (found, _) = parse(&[b"x\nEvent: A\nName: J\xfcrgen\n\n"]);
    let Parsed::Message(m) = &found[1] else { panic!("{found:?}") };
    assert_eq!(m.get("Name").unwrap(), "J\u{fffd}rgen");
}

#[test]
fn garbage_costs_the_message_it_hits_and_nothing_else() {
    let (found, garbage) = parse(&[b"x\n\0\0junk\nEvent: A\n\nnoiseEvent: B\nK: 1\n\nEvent: C\n\n"]);
    assert_eq!(events(&found), ["A", "C"], "a line of noise before a message is skipped");
    assert_eq!(garbage, Garbage { lines: 1, messages: 1 });
}

#[test]
fn a_line_without_end_is_dropped_at_the_limit_and_the_stream_goes_on() {
    let mut parser = Parser::new(Limits { line: 100, message: 1000 });
    let mut found = Vec::new();
    parser.push(b"x\nEvent: A\nLong: ", |p| found.push(p));
    for _ in 0..1000 {
        parser.push(&[b'z'; 64], |p| found.push(p));
        assert!(parser.line.len() <= 100);
    }
    parser.push(b"\n\nEvent: B\n\n", |p| found.push(p));
    assert_eq!(events(&found), ["B"]);
    assert_eq!(parser.garbage(), Garbage { lines: 1, messages: 1 });
}

#[test]
fn a_message_without_end_is_dropped_at_the_limit_and_the_stream_goes_on() {
    let mut parser = Parser::new(Limits { line: 100, message: 1000 });
    let mut found = Vec::new();
    parser.push(b"x\nEvent: A\n", |p| found.push(p));
    for _ in 0..1000 {
        parser.push(b"Key: value\n", |p| found.push(p));
        assert!(parser.pairs.len() < 1000);
    }
    parser.push(b"\nEvent: B\n\n", |p| found.push(p));
    assert_eq!(events(&found), ["B"]);
    assert_eq!(parser.garbage().messages, 1);
}

#[test]
fn a_new_session_forgets_half_a_message() {
    let mut parser = Parser::default();
    let mut found = Vec::new();
    parser.push(b"x\nEvent: A\nKey: val", |p| found.push(p));
    parser.restart();
    parser.push(b"Asterisk Call Manager/9.0.0\r\nEvent: B\r\n\r\n", |p| found.push(p));
    assert_eq!(events(&found), ["B"]);
}

fn message() -> impl Strategy<Value = String> {
    let pair = ("[A-Za-z][A-Za-z0-9()-]{0,12}", "[ -~äöü:]{0,30}");
    ("[A-Z][a-z]{1,9}", proptest::collection::vec(pair, 0..6)).prop_map(|(event, pairs)| {
        let lines: String = pairs.iter().map(|(k, v)| format!("{k}: {v}\r\n")).collect();
        format!("Event: {event}\r\n{lines}\r\n")
    })
}

proptest! {
    #[test]
    fn any_split_gives_the_same_messages(
        messages in proptest::collection::vec(message(), 0..8),
        cuts in proptest::collection::vec(any::<proptest::sample::Index>(), 0..20),
    ) {
        let bytes = format!("Asterisk Call Manager/11.0.0\r\n{}", messages.concat()).into_bytes();
        let whole = parse(&[&bytes]);
        prop_assert_eq!(whole.0.len(), messages.len() + 1);
        let mut at: Vec<usize> = cuts.iter().map(|c| c.index(bytes.len() + 1)).collect();
        at.extend([0, bytes.len()]);
        at.sort_unstable();
        let chunks: Vec<&[u8]> = at.windows(2).map(|w| &bytes[w[0]..w[1]]).collect();
        prop_assert_eq!(parse(&chunks), whole);
    }

    #[test]
    fn no_bytes_panic_and_the_next_whole_message_is_found(
        noise in proptest::collection::vec(any::<u8>(), 0..400),
        cut in any::<proptest::sample::Index>(),
    ) {
        let mut bytes = noise;
        bytes.extend_from_slice(b"\n\nEvent: Found\r\nK: v\r\n\r\n");
        let at = cut.index(bytes.len());
        let (found, _) = parse(&[b"x\n", &bytes[..at], &bytes[at..]]);
        let last = events(&found);
        prop_assert_eq!(last.last().map(String::as_str), Some("Found"));
    }
}
