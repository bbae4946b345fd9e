//! What happens between two steps of an append: nothing, but in tests that die there.

use std::fmt;
use std::sync::Arc;

/// Told of each step that is behind an append, by name.
#[derive(Clone, Default)]
pub struct Steps(Option<Arc<dyn Fn(&'static str) + Send + Sync>>);

/// Half of an append's bytes are in the file.
const HALF: &str = "journal.half";
/// All of them are, and may not be on disk yet.
const WRITTEN: &str = "journal.written";
/// They are on disk, and nobody was told.
const SYNCED: &str = "journal.synced";

impl Steps {
    /// Tells `told` of each step.
    pub fn new(told: impl Fn(&'static str) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(told)))
    }

    /// The names of the steps.
    pub const NAMES: [&str; 3] = [HALF, WRITTEN, SYNCED];

    /// Writes it all: at once, or in two pieces where somebody is told of the first.
    pub(crate) fn write(
        &self,
        bytes: &[u8],
        mut write: impl FnMut(&[u8]) -> std::io::Result<()>,
    ) -> std::io::Result<()> {
        let Some(told) = &self.0 else { return write(bytes) };
        let (first, rest) = bytes.split_at(bytes.len() / 2);
        write(first)?;
        told(HALF);
        write(rest)?;
        told(WRITTEN);
        Ok(())
    }

    pub(crate) fn synced(&self) {
        if let Some(told) = &self.0 {
            told(SYNCED);
        }
    }
}

impl fmt::Debug for Steps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Steps").field(&self.0.is_some()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[test]
    fn all_is_written_and_each_step_is_told_where_somebody_listens() {
        let told = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&told);
        let steps = Steps::new(move |step| heard.lock().unwrap().push(step));
        for steps in [steps, Steps::default()] {
            let mut written = Vec::new();
            let mut write = |piece: &[u8]| {
                written.extend_from_slice(piece);
                Ok(())
            };
            steps.write(b"abcde", &mut write).unwrap();
            steps.synced();
            assert_eq!(written, b"abcde");
        }
        assert_eq!(*told.lock().unwrap(), Steps::NAMES);
    }
}
