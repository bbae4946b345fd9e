//! Bytes in, messages out: any split, any garbage, bounded memory.
//!
//! **Invariant:** no input panics, and no more than one line and one message (both bounded) are held between two calls.

use crate::message::Message;
use model::Text;

/// How much may be held for one line and one message.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Longest line, in bytes.
    pub line: usize,
    /// Longest message, in bytes of keys and values.
    pub message: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { line: 64 * 1024, message: 1024 * 1024 }
    }
}

/// What the parser finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parsed {
    /// The first line of a session: who greets.
    Banner(Text),
    /// A whole message.
    Message(Message),
}

/// What was thrown away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Garbage {
    /// Lines that are neither `Key: value` nor empty.
    pub lines: u64,
    /// Messages that begin with neither `Event` nor `Response`, or that were too long.
    pub messages: u64,
}

/// Splits a byte stream of one session into messages.
#[derive(Debug, Default)]
pub struct Parser {
    limits: Limits,
    greeted: bool,
    line: Vec<u8>,
    line_over: bool,
    /// Bytes since the last end of a line.
    unended: usize,
    pairs: Vec<(Text, Text)>,
    size: usize,
    damaged: bool,
    garbage: Garbage,
}

impl Parser {
    /// A parser at the beginning of a session.
    pub fn new(limits: Limits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// A new session begins: half a line or half a message of the old one is forgotten. Counts stay.
    pub fn restart(&mut self) {
        *self = Self { limits: self.limits, garbage: self.garbage, ..Self::default() };
    }

    /// What was thrown away so far.
    pub fn garbage(&self) -> Garbage {
        self.garbage
    }

    /// Takes the next bytes and hands out what they complete.
    pub fn push(&mut self, mut bytes: &[u8], mut each: impl FnMut(Parsed)) {
        while let Some(end) = bytes.iter().position(|b| *b == b'\n') {
            let (head, rest) = bytes.split_at(end);
            bytes = &rest[1..];
            let found = if self.line.is_empty() && !self.line_over && head.len() <= self.limits.line {
                self.take_line(head)
            } else {
                self.keep(head);
                let line = std::mem::take(&mut self.line);
                let over = std::mem::take(&mut self.line_over);
                let found = if over { self.overlong() } else { self.take_line(&line) };
                self.line = line;
                self.line.clear();
                found
            };
            self.unended = 0;
            if let Some(found) = found {
                each(found);
            }
        }
        self.keep(bytes);
    }

    /// Whether the peer is in the middle of a message.
    pub fn is_amid(&self) -> bool {
        self.unended > 0 || self.size > 0 || self.damaged
    }

    /// How many bytes have come since a line last ended.
    pub fn unended(&self) -> usize {
        self.unended
    }

    fn keep(&mut self, bytes: &[u8]) {
        self.unended += bytes.len();
        if self.line.len() + bytes.len() > self.limits.line {
            self.line_over = true;
            self.line = Vec::new();
        }
        if !self.line_over {
            self.line.extend_from_slice(bytes);
        }
    }

    fn overlong(&mut self) -> Option<Parsed> {
        self.garbage.lines += 1;
        self.damaged = true;
        if std::mem::replace(&mut self.greeted, true) { None } else { Some(Parsed::Banner(Text::default())) }
    }

    fn take_line(&mut self, line: &[u8]) -> Option<Parsed> {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if !self.greeted {
            if line.is_empty() {
                return None;
            }
            self.greeted = true;
            return Some(Parsed::Banner(lossy(&line[..line.len().min(200)])));
        }
        if line.is_empty() {
            return self.end_message();
        }
        match split(line) {
            Some((key, value)) => {
                self.size += line.len();
                if self.size > self.limits.message {
                    self.damaged = true;
                    self.pairs.clear();
                }
                if !self.damaged {
                    self.pairs.push((lossy(key), lossy(value)));
                }
            }
            None => {
                self.garbage.lines += 1;
                self.size += 1;
            }
        }
        None
    }

    fn end_message(&mut self) -> Option<Parsed> {
        let pairs = std::mem::take(&mut self.pairs);
        let size = std::mem::take(&mut self.size);
        let damaged = std::mem::take(&mut self.damaged);
        let first = pairs.first().map_or("", |(key, _)| key.as_str());
        if !damaged && (first.eq_ignore_ascii_case("Event") || first.eq_ignore_ascii_case("Response")) {
            return Some(Parsed::Message(Message { pairs }));
        }
        if damaged || size > 0 {
            self.garbage.messages += 1;
        }
        None
    }
}

/// Splits at the first colon; a key is printable and has no spaces.
fn split(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = line.iter().position(|b| *b == b':')?;
    let (key, value) = (&line[..colon], &line[colon + 1..]);
    let good = !key.is_empty() && key.iter().all(u8::is_ascii_graphic);
    good.then(|| (key, value.strip_prefix(b" ").unwrap_or(value)))
}

fn lossy(bytes: &[u8]) -> Text {
    Text::from_utf8_lossy(bytes)
}

#[cfg(test)]
mod tests;
