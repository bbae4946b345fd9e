//! Where in a file something is written, so that whoever mends it need not look for it.

use std::sync::Arc;

/// The lines of one table of a file. Empty for what is written in no file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Passage {
    /// The number of the first line, from 1.
    first: usize,
    lines: Arc<[String]>,
}

impl Passage {
    /// The table whose head stands at that byte of the text: up to the next head.
    pub(super) fn at(text: &str, offset: usize) -> Self {
        let first = line_of(text, offset);
        let mut lines = text.lines().skip(first - 1);
        let head = lines.next();
        let body = lines.take_while(|line| !line.trim_start().starts_with('['));
        Self { first, lines: head.into_iter().chain(body).map(str::to_owned).collect() }
    }

    /// The line (from 1) of the word at fault: the first that holds a word which the cause names in backticks, else that
    /// of a key which it names; else the table's head. None for what is written nowhere.
    pub fn line(&self, cause: &str) -> Option<usize> {
        let quoted = cause.split('`').skip(1).step_by(2);
        let by_word = quoted.filter_map(|word| self.find(|line| holds(line, word)));
        let names = || cause.split(|c: char| !c.is_alphanumeric()).filter(|name| !name.is_empty());
        let by_key = || {
            names().find_map(|name| {
                self.find(|line| {
                    line.split_once('=').is_some_and(|(key, _)| key.trim().eq_ignore_ascii_case(name))
                })
            })
        };
        (!self.lines.is_empty())
            .then(|| self.first + by_word.into_iter().next().or_else(by_key).unwrap_or_default())
    }

    /// The cause with its line, where it is written anywhere.
    pub fn cite(&self, cause: &str) -> String {
        match self.line(cause) {
            Some(line) => format!("line {line}: {cause}"),
            None => cause.to_owned(),
        }
    }

    fn find(&self, is_it: impl Fn(&str) -> bool) -> Option<usize> {
        self.lines.iter().skip(1).position(|line| is_it(line)).map(|place| place + 1)
    }
}

/// Whether a line holds a word that is no part of a longer one.
fn holds(line: &str, word: &str) -> bool {
    let is_end = |c: Option<char>| c.is_none_or(|c| !(c.is_alphanumeric() || c == '_'));
    !word.is_empty()
        && line.match_indices(word).any(|(at, _)| {
            is_end(line[..at].chars().next_back()) && is_end(line[at + word.len()..].chars().next())
        })
}

/// The line of a byte, from 1.
pub(super) fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# head\n\n[stat_types.T]\nObjects = [\n  \"Queue\",\n]\nCategory = \"MaxNumber\"\n\
                        MainMask = \"CallAnswered, CallFoo\"\n\n[next]\nCallFoo = 1\n";

    #[test]
    fn the_line_is_that_of_the_word_else_of_the_key_else_of_the_head() {
        let passage = Passage::at(TEXT, TEXT.find("[stat").unwrap());
        for (cause, line) in [
            ("unknown action `CallFoo`", 8),
            ("`Call` is no action", 3),
            ("category MaxNumber can't be taken over a Selection", 7),
            ("Objects Queue and Agent do not fit together", 4),
            ("something else", 3),
        ] {
            assert_eq!(passage.line(cause), Some(line), "{cause}");
        }
        assert_eq!(Passage::default().line("unknown `x`"), None);
        assert_eq!(Passage::default().cite("unknown `x`"), "unknown `x`");
    }
}
