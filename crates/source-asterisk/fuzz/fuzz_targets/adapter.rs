//! Any bytes after the greeting: no panic, numbers without a hole, `received` never back.
#![no_main]

use libfuzzer_sys::fuzz_target;
use model::time::Micros;
use source_asterisk::{Adapter, Options, Step};

fuzz_target!(|data: Vec<u8>| {
    let mut adapter = Adapter::new(Options::new("fuzz"));
    adapter.on_connected(Micros(1_000_000));
    adapter.on_bytes(b"Asterisk Call Manager/11.0.0\r\n", Micros(1_000_001));
    let (mut seq, mut received) = (0, Micros(0));
    for (n, chunk) in data.chunks(97).enumerate() {
        adapter.on_bytes(chunk, Micros(1_000_002 + n as i64 * 50_000));
        while let Some(step) = adapter.poll() {
            let Step::Record(record) = step else { continue };
            seq += 1;
            assert_eq!(record.seq, seq);
            assert!(record.received >= received);
            received = record.received;
        }
    }
});
