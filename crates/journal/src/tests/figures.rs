//! Figures, printed when asked for: `cargo test -p journal -- --ignored --nocapture figures`.

use super::*;
use tokio::time::Instant;

#[tokio::test]
#[ignore = "a measurement: run it by name"]
async fn figures_of_appending_and_reading() {
    let bytes = Bytes::from(vec![b'x'; 200]);
    for batch in [1, 10, 100, 1_000, 4_096] {
        let dir = TempDir::new_in(".").unwrap();
        let journal = open(&dir, Limits::default());
        let (mut seq, mut appends) = (0, 0u32);
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_millis(1_500) {
            let more = (1..=batch).map(|n| Entry { bytes: bytes.clone(), ..entry(seq + n) });
            journal.append("pbx1", None, more.collect()).await.unwrap();
            seq += batch;
            appends += 1;
        }
        let each = begun.elapsed() / appends;
        let per_second = seq as f64 / begun.elapsed().as_secs_f64();
        let begun = Instant::now();
        let read = read_all(&journal, Position::default(), 512 << 10).await.len();
        let reading = read as f64 / begun.elapsed().as_secs_f64();
        println!(
            "batches of {batch:4}: {each:9.1?} an append with fsync, {per_second:9.0} records/s; read {reading:9.0} records/s"
        );
    }
}
