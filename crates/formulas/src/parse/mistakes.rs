//! What cannot be read: the word, its place, and the cure.

use super::{COLUMN, FUNCTIONS};
use crate::{DEPTH_MAX, Refused};
use cel::common::ast::operators;
use cel::parser::ParseErrors;

/// The first characters, to name the whole by.
pub(super) fn start(text: &str) -> String {
    text.chars().take(20).collect()
}

pub(super) fn numbers(least: usize, most: usize) -> String {
    match (least, most) {
        (1, 1) => "one argument".to_owned(),
        (least, most) if least == most => format!("{least} arguments"),
        (least, most) => format!("{least} to {most} arguments"),
    }
}

pub(super) fn unknown_function(name: &str, at: usize) -> Refused {
    let cure = match name {
        operators::MODULO | "%" => {
            return Refused::new("%", at, "is no operator here; percent(part, whole) gives a percentage");
        }
        "if" => "write condition ? one : other".to_owned(),
        "sum" => "the sum over the rows is total(column)".to_owned(),
        "avg" | "average" => "divide two totals: total(a) / total(b)".to_owned(),
        _ => {
            let known: Vec<&str> = FUNCTIONS.iter().map(|(name, ..)| *name).collect();
            format!("there are {} and {COLUMN}", known.join(", "))
        }
    };
    Refused::new(name, at, format!("there is no such function; {cure}"))
}

/// What the grammar did not expect, in words that say what to do.
pub(super) fn unreadable(text: &str, errors: &ParseErrors) -> Refused {
    // Later mistakes mostly follow from the first.
    let places = errors.errors.iter().map(|error| (offset(text, error.pos), error.msg.as_str()));
    let Some((at, message)) = places.min_by_key(|(at, _)| *at) else {
        return Refused::new(start(text), 1, "cannot be read");
    };
    let before: String = text.chars().take(at).collect();
    if before.matches('(').count() >= before.matches(')').count() + DEPTH_MAX {
        let cause = format!("nested more than {DEPTH_MAX} deep; give a part of it a column of its own");
        return Refused::new(start(text), at, cause);
    }
    let word = word_at(text, at);
    let open = text.matches('(').count();
    let cause = match word.as_str() {
        "" if open > text.matches(')').count() => "the formula ends, but a ')' is missing",
        "" => "the formula ends, but something must follow",
        "=" => "write == to compare",
        "if" | "else" | "then" => "write condition ? one : other",
        "and" => "write &&",
        "or" => "write ||",
        "not" => "write !",
        _ if message.contains("reserved") => {
            return Refused::new(&word, at, format!("is a reserved word; write {COLUMN}(\"{word}\")"));
        }
        _ => "is not expected here; is an operator, a name or a parenthesis missing before it?",
    };
    Refused::new(word, at, cause)
}

/// From bytes to characters from 1.
pub(super) fn place(text: &str, bytes: u32) -> usize {
    text.char_indices().take_while(|(start, _)| *start < bytes as usize).count() + 1
}

/// From line and column to characters from 1.
fn offset(text: &str, (line, column): (isize, isize)) -> usize {
    let lines = usize::try_from(line - 1).unwrap_or_default();
    let before: usize = text.split_inclusive('\n').take(lines).map(|line| line.chars().count()).sum();
    before + usize::try_from(column).unwrap_or(1).max(1)
}

/// The word that stands there.
pub(super) fn word_at(text: &str, at: usize) -> String {
    let mut rest = text.chars().skip(at.saturating_sub(1)).skip_while(|c| c.is_whitespace()).peekable();
    let is_word = |c: &char| c.is_alphanumeric() || *c == '_' || *c == '.';
    match rest.peek() {
        Some(c) if is_word(c) => rest.take_while(is_word).take(64).collect(),
        Some(c) => c.to_string(),
        None => String::new(),
    }
}

/// Where the function's name stands whose call is at `at`.
pub(super) fn place_of(text: &str, name: &str, at: usize) -> usize {
    if word_at(text, at) == name {
        return at;
    }
    let before: String = text.chars().take(at).collect();
    before.rfind(name).map_or(at, |byte| before[..byte].chars().count() + 1)
}
