//! From text to a tree: CEL's grammar, cut down to what formulas need.

use crate::{CHARS_MAX, DEPTH_MAX, PARTS_MAX, Refused};
use cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue, SourceInfo, operators};
use cel::parser::Parser;

mod mistakes;

use mistakes::{numbers, place, place_of, start, unknown_function, unreadable, word_at};

/// A part of a formula.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tree {
    /// As it was written.
    pub(crate) word: String,
    /// Its place, in characters from 1.
    pub(crate) at: usize,
    pub(crate) node: Node,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    Number(f64),
    Truth(bool),
    Text(String),
    /// The name of a column.
    Name(String),
    /// An operator or a function.
    Call(Call, Vec<Tree>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Add,
    Subtract,
    Multiply,
    Divide,
    Negate,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
    And,
    Or,
    Not,
    Choose,
    Minimum,
    Maximum,
    Absolute,
    Round,
    Percent,
    Share,
    Total,
}

/// Names of functions, with how many arguments they take.
const FUNCTIONS: &[(&str, Call, usize, usize)] = &[
    ("min", Call::Minimum, 2, 16),
    ("max", Call::Maximum, 2, 16),
    ("abs", Call::Absolute, 1, 1),
    ("round", Call::Round, 1, 2),
    ("percent", Call::Percent, 2, 2),
    ("share", Call::Share, 1, 1),
    ("total", Call::Total, 1, 1),
];

const OPERATORS: &[(&str, &str, Call)] = &[
    (operators::ADD, "+", Call::Add),
    (operators::SUBSTRACT, "-", Call::Subtract),
    (operators::MULTIPLY, "*", Call::Multiply),
    (operators::DIVIDE, "/", Call::Divide),
    (operators::NEGATE, "-", Call::Negate),
    (operators::LESS, "<", Call::Less),
    (operators::LESS_EQUALS, "<=", Call::LessOrEqual),
    (operators::GREATER, ">", Call::Greater),
    (operators::GREATER_EQUALS, ">=", Call::GreaterOrEqual),
    (operators::EQUALS, "==", Call::Equal),
    (operators::NOT_EQUALS, "!=", Call::NotEqual),
    (operators::LOGICAL_AND, "&&", Call::And),
    (operators::LOGICAL_OR, "||", Call::Or),
    (operators::LOGICAL_NOT, "!", Call::Not),
    (operators::CONDITIONAL, "?", Call::Choose),
];

/// The function that names a column whose name is no word.
const COLUMN: &str = "col";

/// Reads a formula.
///
/// # Errors
/// The first thing that cannot be read, or is no part of the language.
pub(crate) fn parse(text: &str) -> Result<Tree, Refused> {
    let chars = text.chars().count();
    if chars > CHARS_MAX {
        let cause =
            format!("{chars} characters; a formula has at most {CHARS_MAX}: split it into two columns");
        return Err(Refused::new(start(text), 1, cause));
    }
    if text.trim().is_empty() {
        return Err(Refused::new("", 1, "the formula is empty; write for instance 100 * answered / entered"));
    }
    let parser = Parser::default().max_recursion_depth(DEPTH_MAX as u16);
    let (expression, source) =
        parser.parse_with_source_info(text).map_err(|errors| unreadable(text, &errors))?;
    let mut reader = Reader { text, source, parts: 0 };
    reader.tree(&expression, 0)
}

struct Reader<'a> {
    text: &'a str,
    source: SourceInfo,
    parts: usize,
}

impl Reader<'_> {
    fn tree(&mut self, expression: &IdedExpr, depth: usize) -> Result<Tree, Refused> {
        let at = self.source.offset_for(expression.id).map_or(1, |(start, _)| place(self.text, start));
        self.parts += 1;
        if self.parts > PARTS_MAX || depth > PARTS_MAX {
            let cause =
                format!("more than {PARTS_MAX} parts; give a part of the formula a column of its own");
            return Err(Refused::new(word_at(self.text, at), at, cause));
        }
        let leaf = |word: String, node| Ok(Tree { word, at, node });
        match &expression.expr {
            Expr::Ident(name) => leaf(name.clone(), Node::Name(name.clone())),
            Expr::Literal(LiteralValue::Int(number)) => {
                leaf(number.to_string(), Node::Number(**number as f64))
            }
            Expr::Literal(LiteralValue::UInt(number)) => {
                leaf(number.to_string(), Node::Number(**number as f64))
            }
            Expr::Literal(LiteralValue::Double(number)) => leaf(number.to_string(), Node::Number(**number)),
            Expr::Literal(LiteralValue::Boolean(truth)) => leaf(truth.to_string(), Node::Truth(**truth)),
            Expr::Literal(LiteralValue::String(text)) => leaf(text.to_string(), Node::Text(text.to_string())),
            Expr::Call(call) => self.call(call, at, depth),
            Expr::Select(select) => Err(Refused::new(
                &select.field,
                at,
                format!(
                    "names have no points; write {COLUMN}(\"…\") for a column whose name is not one word"
                ),
            )),
            _ => {
                let cause = "formulas have numbers, names of columns, operators and functions only";
                Err(Refused::new(word_at(self.text, at), at, cause))
            }
        }
    }

    fn call(&mut self, call: &CallExpr, at: usize, depth: usize) -> Result<Tree, Refused> {
        if let Some((_, word, kind)) = OPERATORS.iter().find(|(name, ..)| *name == call.func_name) {
            let arguments = self.arguments(call, depth)?;
            return Ok(Tree { word: (*word).to_owned(), at, node: Node::Call(*kind, arguments) });
        }
        let name = call.func_name.as_str();
        // The grammar's place of a call may be its parenthesis; people look for its name.
        let at = place_of(self.text, name, at);
        if call.target.is_some() {
            return Err(Refused::new(name, at, format!("functions stand before what they take: {name}(…)")));
        }
        if name == COLUMN {
            let [IdedExpr { expr: Expr::Literal(LiteralValue::String(column)), .. }] = call.args.as_slice()
            else {
                return Err(Refused::new(name, at, format!("takes the name of a column: {COLUMN}(\"…\")")));
            };
            return Ok(Tree { word: column.to_string(), at, node: Node::Name(column.to_string()) });
        }
        let Some((_, kind, least, most)) = FUNCTIONS.iter().find(|(known, ..)| *known == name) else {
            return Err(unknown_function(name, at));
        };
        let given = call.args.len();
        if given < *least || given > *most {
            let cause = format!("takes {}, not {given}", numbers(*least, *most));
            return Err(Refused::new(name, at, cause));
        }
        let arguments = self.arguments(call, depth)?;
        Ok(Tree { word: name.to_owned(), at, node: Node::Call(*kind, arguments) })
    }

    fn arguments(&mut self, call: &CallExpr, depth: usize) -> Result<Vec<Tree>, Refused> {
        call.args.iter().map(|argument| self.tree(argument, depth + 1)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        parse(text).unwrap_err().to_string()
    }

    #[test]
    fn what_cannot_be_read_is_named_with_its_place_and_the_cure() {
        let cases = [
            ("", "'' at 1: the formula is empty"),
            ("answered +", "'' at 11: the formula ends, but something must follow"),
            ("max(a, b", "'' at 9: the formula ends, but a ')' is missing"),
            ("a b", "'b' at 3: is not expected here"),
            ("a = 3 ? 1 : 0", "'=' at 3: write =="),
            ("a % 2", "'%' at 3: is no operator here; percent(part, whole)"),
            ("1 + sum(a)", "'sum' at 5: there is no such function; the sum over the rows is total(column)"),
            ("round(a, 1, 2)", "'round' at 1: takes 1 to 2 arguments, not 3"),
            ("1 + abs(a, b)", "'abs' at 5: takes one argument, not 2"),
            ("a.b + 1", "names have no points; write col(\"…\")"),
            ("[a]", "'[' at 1: formulas have numbers"),
            ("loop + 1", "'loop' at 1: is a reserved word; write col(\"loop\")"),
            ("a and b", "'and' at 3: write &&"),
            ("a +\n+ b", "'+' at 5: is not expected"),
            ("\"ä\" == b +* 2", "'*' at 11: is not expected"),
            ("col(a)", "'col' at 1: takes the name of a column: col(\"…\")"),
            ("1e999", "'1e999' at 1"),
        ];
        for (text, expected) in cases {
            let told = refused(text);
            assert!(told.starts_with(expected) || told.contains(expected), "{text}: {told}");
        }
    }

    #[test]
    fn parts_know_their_word_and_their_place() {
        let tree = parse("\"ä\" == state ? total(calls) : col(\"Average wait\") - 1").unwrap();
        let mut seen = Vec::new();
        fn walk(tree: &Tree, seen: &mut Vec<(String, usize)>) {
            seen.push((tree.word.clone(), tree.at));
            if let Node::Call(_, arguments) = &tree.node {
                arguments.iter().for_each(|argument| walk(argument, seen));
            }
        }
        walk(&tree, &mut seen);
        let expected = [
            ("?", 14),
            ("==", 5),
            ("ä", 1),
            ("state", 8),
            ("total", 16),
            ("calls", 22),
            ("-", 51),
            ("Average wait", 31),
            ("1", 53),
        ];
        let seen: Vec<(&str, usize)> = seen.iter().map(|(word, at)| (word.as_str(), *at)).collect();
        assert_eq!(seen, expected);
    }

    #[test]
    fn a_formula_is_bounded_in_length_depth_and_parts() {
        assert!(refused(&"a".repeat(1_001)).contains("at most 1000"));
        assert!(refused(&("(".repeat(60) + "a" + &")".repeat(60))).contains("nested more than 32 deep"));
        assert!(refused(&("a+".repeat(60) + "a")).contains("more than 100 parts"));
        assert!(parse(&("a+".repeat(49) + "a")).is_ok());
    }
}
