//! Figures, printed when asked for: `cargo test -p wire -- --ignored --nocapture figures`.

use super::*;
use std::hint::black_box;

#[test]
#[ignore = "a measurement: run it by name, built for release"]
#[expect(clippy::disallowed_methods, reason = "a measurement needs the real clock")]
fn figures_of_encoding_and_decoding() {
    const COUNT: u64 = 200_000;
    let bare = |seq| Record { user_data: None, ..record(seq) };
    type Make = dyn Fn(u64) -> Record;
    for (kind, make) in [("bare records", &bare as &Make), ("records with attached data", &record)] {
        let records: Vec<Record> = (0..COUNT).map(make).collect();
        let begun = std::time::Instant::now();
        let encoded = EncodedRecords::of(&records);
        let encoding = begun.elapsed().as_nanos() / u128::from(COUNT);
        let begun = std::time::Instant::now();
        let frames = encoded.frames("pbx1").unwrap();
        let framing = begun.elapsed().as_nanos() / u128::from(COUNT);
        let begun = std::time::Instant::now();
        let mut decoder = Decoder::default();
        for frame in &frames {
            for piece in frame.chunks(64 << 10) {
                decoder.push(piece);
                while let Some(frame) = decoder.next_frame().unwrap() {
                    black_box(frame);
                }
            }
        }
        let decoding = begun.elapsed().as_nanos() / u128::from(COUNT);
        let bytes = encoded.byte_count() / COUNT as usize;
        println!(
            "{kind} ({bytes} bytes): encode {encoding} ns, frame {framing} ns, decode {decoding} ns a record"
        );
    }
}
