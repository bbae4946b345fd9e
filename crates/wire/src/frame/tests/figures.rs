//! Figures, printed when asked for: `cargo test -p wire -- --ignored --nocapture figures`.

use super::*;
use std::hint::black_box;

/// Nanoseconds that this thread has had a processor: others on the machine do not count.
fn cpu() -> u64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    stat.split(' ').next().unwrap().parse().unwrap()
}

#[test]
#[ignore = "a measurement: run it by name, built for release"]
fn figures_of_encoding_and_decoding() {
    const COUNT: u64 = 200_000;
    let bare = |seq| Record { user_data: None, ..record(seq) };
    type Make = dyn Fn(u64) -> Record;
    for (kind, make) in [("bare records", &bare as &Make), ("records with attached data", &record)] {
        let records: Vec<Record> = (0..COUNT).map(make).collect();
        let begun = cpu();
        let encoded = EncodedRecords::of(&records);
        let encoding = (cpu() - begun) / COUNT;
        let begun = cpu();
        let frames = encoded.frames("pbx1").unwrap();
        let framing = (cpu() - begun) / COUNT;
        let begun = cpu();
        let mut decoder = Decoder::default();
        for frame in &frames {
            for piece in frame.chunks(64 << 10) {
                decoder.push(piece);
                while let Some(frame) = decoder.next_frame().unwrap() {
                    black_box(frame);
                }
            }
        }
        let decoding = (cpu() - begun) / COUNT;
        let begun = cpu();
        let mut one = Vec::new();
        encode_record(&records[0], &mut one);
        for _ in 0..COUNT {
            black_box(decode_record(black_box(&one)).unwrap());
        }
        let alone = (cpu() - begun) / COUNT;
        println!(
            "{kind}: the same record again and again: decode {alone} ns; a record takes {} bytes",
            size_of::<Record>()
        );
        let bytes = encoded.byte_count() / COUNT as usize;
        println!(
            "{kind} ({bytes} bytes): encode {encoding} ns, frame {framing} ns, decode {decoding} ns a record"
        );
    }
}
