//! The words of conditions and formulas: names, quoted texts, numbers and signs, each with its place.

/// One word.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Token {
    Name(String),
    Quoted(String),
    Number(String),
    Sign(&'static str),
}

/// Longer ones first: `<=` is not `<`.
const SIGNS: &[&str] =
    &["!=", "<=", ">=", "=", "<", ">", "(", ")", ",", ";", "&", "|", "~", "+", "-", "*", "/", "@"];

/// Words in order, read one after the other.
#[derive(Clone, Debug)]
pub(crate) struct Words {
    words: Vec<(usize, Token)>,
    next: usize,
    end: usize,
}

impl Words {
    /// Cuts a text into words; the error names what is none and its column, from 1.
    pub(crate) fn cut(text: &str) -> Result<Self, String> {
        let mut words = Vec::new();
        let mut rest = text;
        loop {
            rest = rest.trim_start();
            let column = text[..text.len() - rest.len()].chars().count() + 1;
            let Some(first) = rest.chars().next() else {
                return Ok(Self { words, next: 0, end: column });
            };
            let (token, length) = if first == '"' {
                quoted_text(rest).ok_or_else(|| format!("column {column}: the text has no closing quote"))?
            } else if first.is_ascii_digit() {
                let length = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
                (Token::Number(rest[..length].into()), length)
            } else if first.is_alphabetic() || first == '_' {
                let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
                (Token::Name(rest[..length].into()), length)
            } else if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
                (Token::Sign(sign), sign.len())
            } else {
                return Err(format!("column {column}: unknown sign `{first}`"));
            };
            if let Token::Number(word) = &token
                && number(word).is_none()
            {
                return Err(format!("column {column}: `{word}` is no number"));
            }
            words.push((column, token));
            rest = &rest[length..];
        }
    }

    /// The word at hand.
    pub(crate) fn peek(&self) -> Option<&Token> {
        self.words.get(self.next).map(|(_, token)| token)
    }

    /// The word at hand; the next one is at hand then.
    pub(crate) fn take(&mut self) -> Option<Token> {
        let token = self.peek().cloned();
        self.next += usize::from(token.is_some());
        token
    }

    /// Goes over a sign if it is at hand.
    pub(crate) fn skip(&mut self, sign: &str) -> bool {
        let found = self.peek() == Some(&Token::Sign(sign_of(sign)));
        self.next += usize::from(found);
        found
    }

    /// Goes over a sign that has to be there.
    pub(crate) fn expect(&mut self, sign: &str) -> Result<(), String> {
        if self.skip(sign) { Ok(()) } else { Err(self.wrong(&format!("`{sign}`"))) }
    }

    /// A quoted text that has to be there.
    pub(crate) fn quoted(&mut self) -> Result<String, String> {
        match self.peek() {
            Some(Token::Quoted(text)) => {
                let text = text.clone();
                self.next += 1;
                Ok(text)
            }
            _ => Err(self.wrong("a text in double quotes")),
        }
    }

    /// That nothing is left.
    pub(crate) fn finish(&self) -> Result<(), String> {
        if self.peek().is_none() { Ok(()) } else { Err(self.wrong("an operator or the end")) }
    }

    /// The column of the word at hand.
    pub(crate) fn column(&self) -> usize {
        self.words.get(self.next).map_or(self.end, |(column, _)| *column)
    }

    /// That another word should be at hand.
    pub(crate) fn wrong(&self, wanted: &str) -> String {
        let column = self.column();
        match self.peek() {
            Some(Token::Name(word) | Token::Number(word)) => {
                format!("column {column}: {wanted} is needed, found `{word}`")
            }
            Some(Token::Quoted(word)) => {
                format!("column {column}: {wanted} is needed, found {}", quoted(word))
            }
            Some(Token::Sign(word)) => format!("column {column}: {wanted} is needed, found `{word}`"),
            None => format!("column {column}: {wanted} is needed, found the end"),
        }
    }
}

impl std::fmt::Display for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (place, (_, token)) in self.words.iter().enumerate() {
            if place > 0 {
                f.write_str(" ")?;
            }
            match token {
                Token::Name(word) => f.write_str(&word.to_ascii_lowercase())?,
                Token::Number(word) => f.write_str(word)?,
                Token::Quoted(text) => f.write_str(&quoted(text))?,
                Token::Sign(sign) => f.write_str(sign)?,
            }
        }
        Ok(())
    }
}

fn sign_of(sign: &str) -> &'static str {
    SIGNS.iter().find(|known| **known == sign).copied().unwrap_or_default()
}

/// The text within quotes and how much of `rest` it takes; `\"` and `\\` stand for themselves.
fn quoted_text(rest: &str) -> Option<(Token, usize)> {
    let mut text = String::new();
    let mut signs = rest.char_indices().skip(1);
    while let Some((at, sign)) = signs.next() {
        match sign {
            '"' => return Some((Token::Quoted(text), at + 1)),
            '\\' => text.push(signs.next()?.1),
            other => text.push(other),
        }
    }
    None
}

/// A text as grammars write it.
pub(crate) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The number of `-?digits[.digits]`; none for any other text (rule Q-35).
pub(crate) fn number(text: &str) -> Option<f64> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let plain = text.strip_prefix('-').unwrap_or(text);
    let right = match plain.split_once('.') {
        Some((whole, part)) => digits(whole) && digits(part),
        None => digits(plain),
    };
    // Hundreds of digits may still be too much for a number.
    if right { text.parse().ok().filter(|number: &f64| number.is_finite()) } else { None }
}
