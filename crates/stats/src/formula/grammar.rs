//! The grammar of formulas: `|` binds least, then `&`, `~`, comparisons, `+ -`, `* /`, and a sign most.

use super::{Formula, Leaf, List, MOST_BYTES, MOST_DEPTH, MOST_LEAVES, Node, Sign};
use crate::filter::{Compare, Token, Words, compare, number};

pub(super) fn parse(text: &str) -> Result<Formula, String> {
    if text.len() > MOST_BYTES {
        return Err(format!("a formula has at most {MOST_BYTES} bytes, not {}", text.len()));
    }
    let words = Words::cut(text)?;
    let text = words.to_string().into();
    let mut reader = Reader { words, leaves: Vec::new() };
    let root = reader.any(0)?;
    reader.words.finish()?;
    Ok(Formula { root: root.into(), leaves: reader.leaves.into(), text })
}

struct Reader {
    words: Words,
    leaves: Vec<Leaf>,
}

type Read = Result<Node, String>;

impl Reader {
    fn any(&mut self, depth: usize) -> Read {
        self.chain(depth, &[("|", Sign::Or)], Self::all)
    }

    fn all(&mut self, depth: usize) -> Read {
        self.chain(depth, &[("&", Sign::And)], Self::not)
    }

    /// Operators of one rank, from left to right. A long chain is as deep as it is long: its length is bounded too.
    fn chain(&mut self, depth: usize, signs: &[(&str, Sign)], next: fn(&mut Self, usize) -> Read) -> Read {
        let mut node = next(self, depth)?;
        let mut length = 0;
        while let Some((_, sign)) = signs.iter().find(|(word, _)| self.words.skip(word)) {
            length += 1;
            self.bound(length)?;
            node = Node::Pair(*sign, node.into(), next(self, depth)?.into());
        }
        Ok(node)
    }

    fn not(&mut self, depth: usize) -> Read {
        self.bound(depth)?;
        if self.words.skip("~") {
            return Ok(Node::Not(self.not(depth + 1)?.into()));
        }
        let left = self.sum(depth)?;
        match compare(&mut self.words) {
            Some(sign) => Ok(Node::Pair(Sign::Compare(sign), left.into(), self.sum(depth)?.into())),
            None => Ok(left),
        }
    }

    fn sum(&mut self, depth: usize) -> Read {
        self.chain(depth, &[("+", Sign::Plus), ("-", Sign::Minus)], Self::product)
    }

    fn product(&mut self, depth: usize) -> Read {
        self.chain(depth, &[("*", Sign::Times), ("/", Sign::By)], Self::signed)
    }

    fn signed(&mut self, depth: usize) -> Read {
        self.bound(depth)?;
        if self.words.skip("-") {
            return Ok(Node::Negative(self.signed(depth + 1)?.into()));
        }
        if self.words.skip("(") {
            let node = self.any(depth + 1)?;
            self.words.expect(")")?;
            return Ok(node);
        }
        self.value()
    }

    fn value(&mut self) -> Read {
        let column = self.words.column();
        match self.words.peek().cloned() {
            Some(Token::Number(word)) => {
                self.words.take();
                Ok(Node::Number(number(&word).unwrap_or_default()))
            }
            Some(Token::Name(name)) => {
                self.words.take();
                self.named(&name, column)
            }
            _ => Err(self.words.wrong("a number or a function")),
        }
    }

    fn named(&mut self, name: &str, column: usize) -> Read {
        let is = |word: &str| name.eq_ignore_ascii_case(word);
        if is("Duration") {
            return Ok(Node::Duration);
        }
        let known = ["GetNumber", "GetString", "kvnum", "kvstr"];
        if !known.iter().any(|word| is(word)) {
            return Err(format!(
                "column {column}: unknown word `{name}`; known are GetNumber(\"key\"), GetString(\"key\"), \
                 kvnum(udata,\"key\"), kvstr(udata,\"key\"), Duration"
            ));
        }
        self.words.expect("(")?;
        let list = if is("kvnum") || is("kvstr") { self.list()? } else { List::Any };
        let key = self.words.quoted()?;
        self.words.expect(")")?;
        if is("GetNumber") {
            return self.leaf(Leaf::Number { key });
        }
        if is("kvnum") {
            return self.leaf(Leaf::NumberOrNull { list, key });
        }
        // A text is good for nothing but to be compared with another.
        match compare(&mut self.words) {
            Some(Compare::Equal) => {
                let text = self.words.quoted()?;
                self.leaf(Leaf::IsText { list, key, text })
            }
            Some(Compare::Unequal) => {
                let text = self.words.quoted()?;
                Ok(Node::Not(self.leaf(Leaf::IsText { list, key, text })?.into()))
            }
            _ => Err(self.words.wrong(&format!("after {name}(...) = or != and a text"))),
        }
    }

    fn list(&mut self) -> Result<List, String> {
        let column = self.words.column();
        let Some(Token::Name(name)) = self.words.peek().cloned() else {
            return Err(self.words.wrong("udata, reasons or extensions"));
        };
        self.words.take();
        self.words.expect(",")?;
        match name.to_ascii_lowercase().as_str() {
            "udata" | "userdata" => Ok(List::UserData),
            "reasons" => Ok(List::Reasons),
            "extensions" => Ok(List::Extensions),
            _ => Err(format!("column {column}: unknown list `{name}`: udata, reasons or extensions")),
        }
    }

    fn leaf(&mut self, leaf: Leaf) -> Read {
        if self.leaves.len() == MOST_LEAVES {
            return Err(format!("a formula reads at most {MOST_LEAVES} keys"));
        }
        self.leaves.push(leaf);
        Ok(Node::Leaf(self.leaves.len() - 1))
    }

    fn bound(&self, depth: usize) -> Result<(), String> {
        if depth <= MOST_DEPTH {
            return Ok(());
        }
        Err(format!(
            "column {}: more than {MOST_DEPTH} signs or brackets within one another",
            self.words.column()
        ))
    }
}
