//! Any bytes in any two pieces: no panic, and the pieces give what the whole gives.
#![no_main]

use libfuzzer_sys::fuzz_target;
use source_asterisk::parser::{Parsed, Parser};

fn parse(chunks: &[&[u8]]) -> Vec<Parsed> {
    let mut parser = Parser::default();
    let mut found = Vec::new();
    for chunk in chunks {
        parser.push(chunk, |p| found.push(p));
    }
    found
}

fuzz_target!(|data: (usize, Vec<u8>)| {
    let (at, bytes) = data;
    let at = at % (bytes.len() + 1);
    assert_eq!(parse(&[&bytes]), parse(&[&bytes[..at], &bytes[at..]]));
});
