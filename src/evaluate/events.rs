//! Files of event records, merged and read a line at a time.

use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};
use model::Record;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

/// Several files of records as one, in processing order.
pub(crate) struct Merge {
    files: Vec<Lines>,
    progress: ProgressBar,
}

/// One file, read a line at a time.
struct Lines {
    name: String,
    reader: Box<dyn BufRead>,
    number: u64,
    text: String,
    head: Option<Record>,
}

impl Merge {
    pub(crate) fn open(paths: &[PathBuf]) -> anyhow::Result<Self> {
        if paths.iter().filter(|path| path.as_os_str() == "-").count() > 1 {
            bail!("--events: standard input can be read once only");
        }
        let progress = progress(paths);
        let open = |path: &PathBuf| Lines::open(path, &progress);
        let mut files = paths.iter().map(open).collect::<anyhow::Result<Vec<_>>>()?;
        files.iter_mut().try_for_each(Lines::advance)?;
        Ok(Self { files, progress })
    }

    pub(crate) fn next(&mut self) -> anyhow::Result<Option<Record>> {
        let heads =
            self.files.iter().enumerate().filter_map(|(place, file)| Some((place, file.head.as_ref()?)));
        let Some((place, _)) = heads.min_by(|(_, a), (_, b)| a.order().cmp(&b.order())) else {
            self.progress.finish_and_clear();
            return Ok(None);
        };
        let record = self.files[place].head.take();
        self.files[place].advance()?;
        Ok(record)
    }
}

impl Lines {
    fn open(path: &Path, progress: &ProgressBar) -> anyhow::Result<Self> {
        let name = path.display().to_string();
        let reader: Box<dyn BufRead> = if name == "-" {
            Box::new(BufReader::new(io::stdin()))
        } else {
            let file = File::open(path).with_context(|| format!("{name}: it can't be read"))?;
            Box::new(BufReader::with_capacity(1 << 16, progress.wrap_read(file)))
        };
        Ok(Self { name, reader, number: 0, text: String::new(), head: None })
    }

    /// Reads on to the next record; empty lines are none.
    fn advance(&mut self) -> anyhow::Result<()> {
        loop {
            self.text.clear();
            self.number += 1;
            let place = || format!("{}, line {}", self.name, self.number);
            if self.reader.read_line(&mut self.text).with_context(place)? == 0 {
                return Ok(());
            }
            if !self.text.trim().is_empty() {
                self.head = Some(serde_json::from_str(&self.text).with_context(place)?);
                return Ok(());
            }
        }
    }
}

/// A bar over the bytes of all files, seen on a terminal only; for what has no size, a sign that it goes on.
fn progress(paths: &[PathBuf]) -> ProgressBar {
    let size = |path: &PathBuf| {
        std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file).map(|file| file.len())
    };
    let sizes: Option<Vec<u64>> = paths.iter().map(size).collect();
    let (bar, shape) = match sizes {
        Some(sizes) => {
            let shape = "{bar:32} {percent:>3} %  {bytes} of {total_bytes}  {bytes_per_sec}  still {eta}";
            (ProgressBar::new(sizes.into_iter().sum()), shape)
        }
        None => (ProgressBar::new_spinner(), "{spinner} {bytes}  {bytes_per_sec}"),
    };
    // The shapes above are right; if they were not, the bar would look plain.
    ProgressStyle::with_template(shape).map_or(bar.clone(), |style| bar.with_style(style))
}
