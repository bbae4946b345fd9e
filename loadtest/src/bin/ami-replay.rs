//! Plays a recorded session of an Asterisk's Manager Interface on a port.

use clap::Parser;
use loadtest::ami_replay::{Replay, Split};
use source_asterisk::capture::Capture;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Plays a recording as the PBX would have sent it; the user is pulse, the secret pulse-secret.
#[derive(Parser)]
struct Arguments {
    /// The recorded bytes (.gz or plain); the index of reads is FILE.idx, or FILE.idx.gz beside FILE.gz.
    log: PathBuf,
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:5038")]
    listen: String,
    /// How many times faster than recorded.
    #[arg(long, default_value_t = 1.0)]
    speed: f64,
    /// Write pieces of so many bytes; 0 = as recorded.
    #[arg(long, default_value_t = 0)]
    split: usize,
    /// Cut the connection at this offset of the events; may be repeated.
    #[arg(long)]
    cut: Vec<usize>,
}

fn read(path: &PathBuf) -> Result<Vec<u8>, String> {
    let explain = |e: std::io::Error| format!("{}: {e}", path.display());
    let file = std::fs::File::open(path).map_err(explain)?;
    let mut bytes = Vec::new();
    if path.extension().is_some_and(|e| e == "gz") {
        flate2::read::GzDecoder::new(file).read_to_end(&mut bytes).map_err(explain)?;
    } else {
        { file }.read_to_end(&mut bytes).map_err(explain)?;
    }
    Ok(bytes)
}

fn index_of(log: &Path) -> PathBuf {
    let name = log.to_string_lossy();
    match name.strip_suffix(".gz") {
        Some(plain) => format!("{plain}.idx.gz").into(),
        None => format!("{name}.idx").into(),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), String> {
    let arguments = Arguments::parse();
    if !(arguments.speed > 0.0 && arguments.speed.is_finite()) {
        return Err("the speed must be a number above 0".to_owned());
    }
    let index = String::from_utf8(read(&index_of(&arguments.log))?).map_err(|e| format!("the index: {e}"))?;
    let capture = Capture::read(&read(&arguments.log)?, &index)?;
    let mut replay = Replay::new(Arc::new(capture));
    replay.speed = arguments.speed;
    replay.cuts = arguments.cut;
    if arguments.split > 0 {
        replay.split = Split::Bytes(arguments.split);
    }
    let explain = |e: std::io::Error| format!("{}: {e}; choose a free port with --listen", arguments.listen);
    let listener = tokio::net::TcpListener::bind(&arguments.listen).await.map_err(explain)?;
    let at = listener.local_addr().map_err(explain)?;
    println!("playing on {at}; the stream begins with the first login");
    let report = replay.serve(listener).await.map_err(explain)?;
    println!("{report:?}");
    Ok(())
}
