//! From the text of a script to an expression; errors name the word and its place.

use super::{Comparison, Expr, Operand, Where};
use model::Text;

/// What is wrong with a script.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} at character {at}, where it says {word:?}")]
pub struct ScriptError {
    /// What was expected, or is not possible.
    pub what: String,
    /// The word at fault; empty at the end of the script.
    pub word: String,
    /// Where it stands; the first character has number 1.
    pub at: usize,
}

/// How deep parentheses and negations may nest.
const DEPTH: u32 = 64;

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Name(Text),
    Quoted(Text),
    Number(i64),
    Sign(&'static str),
    End,
}

struct Placed {
    token: Token,
    word: String,
    at: usize,
}

/// Reads a script. `look_up` finds what the text in `LoggedIn` names; its error says what it does not find.
pub(crate) fn parse(
    text: &str,
    look_up: &mut dyn FnMut(&str) -> Result<Where, String>,
) -> Result<Expr, ScriptError> {
    let mut parser = Parser { tokens: tokens(text)?, next: 0, depth: 0, look_up };
    let expr = parser.any()?;
    match parser.peek() {
        Token::End => Ok(expr),
        _ => Err(parser.wrong("expected `&`, `|` or the end")),
    }
}

fn tokens(text: &str) -> Result<Vec<Placed>, ScriptError> {
    let chars: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut next = 0;
    while next < chars.len() {
        let start = next;
        let first = chars[start];
        let until = |end: fn(char) -> bool| {
            chars[start + 1..].iter().position(|c| end(*c)).map_or(chars.len(), |more| start + 1 + more)
        };
        let word = |end: usize| chars[start..end].iter().collect::<String>();
        let wrong =
            |end: usize, what: &str| Err(ScriptError { what: what.into(), word: word(end), at: start + 1 });
        let token = match first {
            c if c.is_whitespace() => {
                next += 1;
                continue;
            }
            '"' => {
                next = until(|c| c == '"');
                if next == chars.len() {
                    return wrong(next, "the closing quote is missing");
                }
                next += 1;
                Token::Quoted(chars[start + 1..next - 1].iter().collect())
            }
            c if c.is_ascii_digit() || c == '-' => {
                next = until(|c| !c.is_ascii_digit());
                match word(next).parse() {
                    Ok(number) => Token::Number(number),
                    Err(_) => return wrong(next, "expected an integer"),
                }
            }
            c if c.is_alphabetic() => {
                next = until(|c| !c.is_alphanumeric() && c != '_');
                Token::Name(word(next).into())
            }
            _ => {
                let signs = ["!=", ">=", "<=", "=", ">", "<", "(", ")", "&", "|", "~"];
                let rest = &chars[start..];
                let stands = |sign: &&&str| sign.chars().enumerate().all(|(at, c)| rest.get(at) == Some(&c));
                let Some(sign) = signs.iter().find(stands) else {
                    return wrong(start + 1, "scripts have no such sign");
                };
                next += sign.len();
                Token::Sign(sign)
            }
        };
        tokens.push(Placed { token, word: word(next), at: start + 1 });
    }
    tokens.push(Placed { token: Token::End, word: String::new(), at: chars.len() + 1 });
    Ok(tokens)
}

struct Parser<'a> {
    tokens: Vec<Placed>,
    next: usize,
    depth: u32,
    look_up: &'a mut dyn FnMut(&str) -> Result<Where, String>,
}

impl Parser<'_> {
    fn any(&mut self) -> Result<Expr, ScriptError> {
        let mut parts = vec![self.all()?];
        while self.takes("|") {
            parts.push(self.all()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expr::Any(parts) })
    }

    fn all(&mut self) -> Result<Expr, ScriptError> {
        let mut parts = vec![self.condition()?];
        while self.takes("&") {
            parts.push(self.condition()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expr::All(parts) })
    }

    fn condition(&mut self) -> Result<Expr, ScriptError> {
        let first = self.next;
        let mut negated = false;
        while self.takes("~") {
            negated = !negated;
        }
        let inner = if self.takes("(") {
            self.depth += 1;
            if self.depth > DEPTH {
                return Err(self.wrong("parentheses nest too deep"));
            }
            let inner = self.any()?;
            self.depth -= 1;
            self.expect(")")?;
            inner
        } else if self.takes_name("LoggedIn") {
            self.logged_in()?
        } else {
            // `~` binds more tightly than a comparison (rule O-7).
            return self.compared(negated, first);
        };
        Ok(if negated { Expr::Not(Box::new(inner)) } else { inner })
    }

    /// A comparison, or SkillExists alone; what stands before it began at token `first`.
    fn compared(&mut self, negated: bool, first: usize) -> Result<Expr, ScriptError> {
        let has_tilde = self.next > first;
        let left = match self.function()? {
            Operand::Exists { name, .. } => Operand::Exists { name, negated },
            _ if has_tilde => {
                return Err(self.wrong_at(first, "a level can't be negated: write ~(Skill(\"name\")>=level)"));
            }
            left => left,
        };
        match (self.comparison(), left) {
            (Some(comparison), left) => Ok(Expr::Compare(left, comparison, self.operand()?)),
            (None, Operand::Exists { name, negated: false }) => Ok(Expr::Exists(name)),
            (None, Operand::Exists { name, .. }) => Ok(Expr::Not(Box::new(Expr::Exists(name)))),
            (None, _) => Err(self.wrong("expected a comparison (= != >= <= > <)")),
        }
    }

    fn operand(&mut self) -> Result<Operand, ScriptError> {
        let first = self.next;
        let mut negated = false;
        while self.takes("~") {
            negated = !negated;
        }
        let has_tilde = self.next > first;
        match self.function()? {
            Operand::Exists { name, .. } => Ok(Operand::Exists { name, negated }),
            _ if has_tilde => Err(self.wrong_at(first, "a level can't be negated")),
            operand => Ok(operand),
        }
    }

    fn function(&mut self) -> Result<Operand, ScriptError> {
        if let Token::Number(number) = *self.peek() {
            self.next += 1;
            return Ok(Operand::Number(number));
        }
        if self.takes_name("Skill") {
            return Ok(Operand::Level(self.argument()?.0));
        }
        if self.takes_name("SkillExists") {
            return Ok(Operand::Exists { name: self.argument()?.0, negated: false });
        }
        Err(self.wrong(
            "expected Skill(\"name\"), SkillExists(\"name\"), LoggedIn(\"queue@switch\") or an integer",
        ))
    }

    fn logged_in(&mut self) -> Result<Expr, ScriptError> {
        let (name, place) = self.argument()?;
        let found = (self.look_up)(&name).map_err(|what| self.wrong_at(place, &what))?;
        if self.comparison().is_some() {
            return Err(self.wrong_at(self.next - 1, "LoggedIn is not compared"));
        }
        Ok(Expr::LoggedIn(found))
    }

    /// What stands in brackets and quotes, and which token it is.
    fn argument(&mut self) -> Result<(Text, usize), ScriptError> {
        self.expect("(")?;
        let Token::Quoted(name) = self.peek() else { return Err(self.wrong("expected a name in quotes")) };
        let (name, place) = (name.clone(), self.next);
        self.next += 1;
        self.expect(")")?;
        Ok((name, place))
    }

    fn comparison(&mut self) -> Option<Comparison> {
        let Token::Sign(sign) = self.peek() else { return None };
        let comparison = match *sign {
            "=" => Comparison::Equal,
            "!=" => Comparison::Unequal,
            ">=" => Comparison::AtLeast,
            "<=" => Comparison::AtMost,
            ">" => Comparison::Above,
            "<" => Comparison::Below,
            _ => return None,
        };
        self.next += 1;
        Some(comparison)
    }

    fn peek(&self) -> &Token {
        &self.tokens[self.next].token
    }

    fn takes(&mut self, sign: &str) -> bool {
        let is_it = matches!(self.peek(), Token::Sign(found) if *found == sign);
        self.next += usize::from(is_it);
        is_it
    }

    fn takes_name(&mut self, name: &str) -> bool {
        let is_it = matches!(self.peek(), Token::Name(found) if found.eq_ignore_ascii_case(name));
        self.next += usize::from(is_it);
        is_it
    }

    fn expect(&mut self, sign: &str) -> Result<(), ScriptError> {
        if self.takes(sign) { Ok(()) } else { Err(self.wrong(&format!("expected `{sign}`"))) }
    }

    fn wrong(&self, what: &str) -> ScriptError {
        self.wrong_at(self.next, what)
    }

    fn wrong_at(&self, place: usize, what: &str) -> ScriptError {
        let Placed { word, at, .. } = &self.tokens[place];
        ScriptError { what: what.into(), word: word.clone(), at: *at }
    }
}
