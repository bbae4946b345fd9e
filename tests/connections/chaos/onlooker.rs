//! Two people who look at the page all the time, whatever happens: one who may see everything, and one who may see one
//! queue.

use crate::process::http;
use crate::world::PATIENCE;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// What they ask for.
pub(super) const COUNTED: [&str; 2] = ["Calls_Entered", "Calls_Abandoned"];
/// The only queue that the second one may see.
pub(super) const ONE: &str = "8001@sw1";
/// A value that is older and does not say so is a lie: three seconds by the contract, and what a busy machine takes.
const OLD: Duration = Duration::from_secs(7);
/// What a DCU could not hand over in time comes when its store answers again, and is newer a moment later.
const OVERDUE: Duration = Duration::from_secs(3);
const PAUSE: Duration = Duration::from_millis(100);

/// What one look showed.
#[derive(Clone, Debug, Default)]
pub(super) struct Look {
    pub(super) at: i64,
    /// By queue: the counts, and what is said against them; nothing is said of what is of now.
    pub(super) rows: BTreeMap<String, (Vec<f64>, String)>,
}

impl Look {
    /// How long ago its time was.
    pub(super) fn age(&self) -> Duration {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros() as i64;
        Duration::from_micros((now - self.at).max(0) as u64)
    }
}

/// One look, if the page has an answer.
pub(super) fn look(web: u16, cookie: &str) -> Option<Look> {
    let path = format!("/api/v1/values?object_type=Queue&objects=*&statistics={}", COUNTED.join(","));
    let (head, body) = http(web, "GET", &path, cookie, "")?;
    let answer: Value = head.contains(" 200 ").then(|| serde_json::from_str(&body).ok())??;
    let mut look = Look { at: answer["at"].as_i64()?, rows: BTreeMap::new() };
    for row in answer["rows"].as_array()? {
        let cells = row["cells"].as_array()?;
        let counts = cells.iter().map(|cell| cell["v"].as_f64()).collect::<Option<Vec<f64>>>();
        let flags = cells.iter().flat_map(|cell| cell["flags"].as_array().into_iter().flatten());
        let flags: Vec<&str> = flags.filter_map(Value::as_str).collect();
        // A cell without a value says why; it claims nothing.
        let Some(counts) = counts else { continue };
        look.rows.insert(row["object"].as_str()?.to_owned(), (counts, flags.join(" ")));
    }
    Some(look)
}

/// Cookies of both; they sign in again when theirs is no longer taken.
pub(super) type Cookies = Arc<Mutex<[String; 2]>>;

/// Both, at work.
pub(super) struct Onlooker {
    ends: Arc<AtomicBool>,
    looks: Arc<AtomicUsize>,
    thread: JoinHandle<Vec<String>>,
}

impl Onlooker {
    pub(super) fn begin(web: u16, cookies: Cookies) -> Self {
        let (ends, looks) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let (told, counted) = (Arc::clone(&ends), Arc::clone(&looks));
        let thread = std::thread::spawn(move || {
            let mut judge = Judge::default();
            while !told.load(Ordering::Relaxed) {
                let [all, one] = cookies.lock().unwrap().clone();
                let began = Instant::now();
                if let Some(look) = look(web, &all) {
                    judge.of_all(&look, began.elapsed());
                    counted.fetch_add(1, Ordering::Relaxed);
                }
                if let Some(look) = look(web, &one) {
                    judge.of_one(&look);
                }
                std::thread::sleep(PAUSE);
            }
            judge.wrongs
        });
        Self { ends, looks, thread }
    }

    /// How many looks had an answer so far.
    pub(super) fn looks(&self) -> usize {
        self.looks.load(Ordering::Relaxed)
    }

    /// All that was wrong.
    pub(super) fn end(self) -> Vec<String> {
        self.ends.store(true, Ordering::Relaxed);
        let until = Instant::now() + PATIENCE;
        while !self.thread.is_finished() && Instant::now() < until {
            std::thread::sleep(PAUSE);
        }
        self.thread.join().unwrap()
    }
}

/// What nobody may ever see.
#[derive(Default)]
struct Judge {
    seen: BTreeMap<String, Vec<f64>>,
    /// Since when old values look new.
    old_since: Option<Instant>,
    wrongs: Vec<String>,
}

impl Judge {
    fn wrong(&mut self, what: String) {
        if self.wrongs.len() < 20 {
            eprintln!("wrong: {what}");
            self.wrongs.push(what);
        }
    }

    fn of_all(&mut self, look: &Look, took: Duration) {
        let age = look.age().saturating_sub(took);
        let looks_new = age > OLD && look.rows.values().any(|(_, flags)| flags.is_empty());
        let since = *self.old_since.get_or_insert_with(Instant::now);
        if !looks_new {
            self.old_since = None;
        } else if since.elapsed() > OVERDUE {
            self.wrong(format!("values are shown as of now and are {age:?} old"));
        }
        for (queue, (counts, flags)) in &look.rows {
            let before = self.seen.entry(queue.clone()).or_insert_with(|| counts.clone());
            if counts.iter().zip(before.iter()).any(|(now, before)| now < before) {
                let what = format!("{queue} went back from {before:?} to {counts:?} (flags: {flags:?})");
                self.wrong(what);
            } else {
                before.clone_from(counts);
            }
        }
    }

    fn of_one(&mut self, look: &Look) {
        for queue in look.rows.keys().filter(|queue| *queue != ONE) {
            self.wrong(format!("{queue} was shown to somebody who may not see it"));
        }
    }
}
