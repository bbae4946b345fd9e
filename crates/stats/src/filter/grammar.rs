//! The grammar of conditions (rule F-0): `|` binds least, then `&`, then `~`.

use super::{
    Atom, Attribute, Compare, Filter, MOST_ATOMS, MOST_BYTES, MOST_DEPTH, Node, Pattern, Token, Words,
};

pub(super) fn parse(text: &str) -> Result<Filter, String> {
    if text.len() > MOST_BYTES {
        return Err(format!("a filter has at most {MOST_BYTES} bytes, not {}", text.len()));
    }
    let mut reader = Reader { words: Words::cut(text)?, atoms: Vec::new() };
    let root = reader.any(0)?;
    reader.words.finish()?;
    Ok(Filter { root: root.into(), atoms: reader.atoms.into() })
}

/// The comparison at hand, if one is.
pub(crate) fn compare(words: &mut Words) -> Option<Compare> {
    let all =
        [Compare::Equal, Compare::Unequal, Compare::Less, Compare::More, Compare::AtMost, Compare::AtLeast];
    all.into_iter().find(|compare| words.skip(compare.sign()))
}

struct Reader {
    words: Words,
    atoms: Vec<Atom>,
}

impl Reader {
    fn any(&mut self, depth: usize) -> Result<Node, String> {
        let mut nodes = vec![self.all(depth)?];
        while self.words.skip("|") {
            nodes.push(self.all(depth)?);
        }
        Ok(list(nodes, Node::Any))
    }

    fn all(&mut self, depth: usize) -> Result<Node, String> {
        let mut nodes = vec![self.not(depth)?];
        while self.words.skip("&") {
            nodes.push(self.not(depth)?);
        }
        Ok(list(nodes, Node::All))
    }

    fn not(&mut self, depth: usize) -> Result<Node, String> {
        if depth > MOST_DEPTH {
            return Err(format!("column {}: too many brackets within one another", self.words.column()));
        }
        if self.words.skip("~") {
            return Ok(Node::Not(self.not(depth + 1)?.into()));
        }
        if self.words.skip("(") {
            let node = self.any(depth + 1)?;
            self.words.expect(")")?;
            return Ok(node);
        }
        let atom = self.atom()?;
        if self.atoms.len() == MOST_ATOMS {
            return Err(format!("a filter has at most {MOST_ATOMS} comparisons"));
        }
        self.atoms.push(atom);
        Ok(Node::Atom(self.atoms.len() - 1))
    }

    fn atom(&mut self) -> Result<Atom, String> {
        let column = self.words.column();
        let Some(Token::Name(name)) = self.words.peek().cloned() else {
            return Err(self.words.wrong("an attribute or PairExists(...)"));
        };
        self.words.take();
        let is = |word: &str| name.eq_ignore_ascii_case(word);
        if is("PairExist") || is("PairExists") {
            return self.pair();
        }
        let attribute = Attribute::ALL.into_iter().find(|(word, _)| is(word)).map(|(_, attribute)| attribute);
        if attribute.is_none() && !is("Duration") {
            return Err(format!(
                "column {column}: unknown attribute `{name}`; known are PairExists(\"key\",\"value\"), ANI, \
                 DNIS, CustomerID, TenantID, MediaType, ThisQueue, TreatmentType, ExtensionReasonCode, Duration"
            ));
        }
        let Some(compare) = compare(&mut self.words) else {
            return Err(self.words.wrong("one of = != < > <= >="));
        };
        let column = self.words.column();
        let literal = self.literal()?;
        match attribute {
            Some(attribute) => Ok(Atom::Text { attribute, compare, literal }),
            None if super::number(&literal).is_some() => Ok(Atom::Duration { compare, literal }),
            None => Err(format!("column {column}: Duration is compared with a number, not `{literal}`")),
        }
    }

    fn pair(&mut self) -> Result<Atom, String> {
        self.words.expect("(")?;
        let key = self.words.quoted()?;
        self.words.expect(",")?;
        let value = self.words.quoted()?;
        self.words.expect(")")?;
        let value = match value.strip_suffix('*') {
            Some("") => Pattern::Any,
            Some(start) => Pattern::Prefix(start.into()),
            None => Pattern::Exact(value),
        };
        Ok(Atom::Pair { key, value })
    }

    /// A quoted text, or a number as it is written.
    fn literal(&mut self) -> Result<String, String> {
        let sign = if self.words.skip("-") { "-" } else { "" };
        match self.words.peek() {
            Some(Token::Number(word)) => {
                let word = format!("{sign}{word}");
                self.words.take();
                Ok(word)
            }
            _ if sign.is_empty() => {
                self.words.quoted().map_err(|_| self.words.wrong("a text in double quotes or a number"))
            }
            _ => Err(self.words.wrong("a number")),
        }
    }
}

fn list(mut nodes: Vec<Node>, make: fn(Vec<Node>) -> Node) -> Node {
    match nodes.len() {
        1 => nodes.remove(0),
        _ => make(nodes),
    }
}
