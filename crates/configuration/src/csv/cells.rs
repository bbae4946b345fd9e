//! Lines and cells of a CSV text (RFC 4180).

/// One line: where it begins, and its cells.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Counted from 1; a cell in quotes may hold more lines of the text.
    pub(super) number: usize,
    pub(super) cells: Vec<String>,
}

/// All lines that hold something. The error tells the line where a quote is wrong, and how.
pub(super) fn lines(text: &str) -> Result<Vec<Line>, (usize, &'static str)> {
    let mut rest = text.trim_start_matches('\u{feff}').chars().peekable();
    let (mut lines, mut cells, mut number, mut begun) = (Vec::new(), Vec::new(), 1, 1);
    loop {
        let mut cell = String::new();
        if rest.next_if_eq(&'"').is_some() {
            loop {
                match rest.next() {
                    Some('"') if rest.next_if_eq(&'"').is_some() => cell.push('"'),
                    Some('"') => break,
                    Some(letter) => {
                        number += usize::from(letter == '\n');
                        cell.push(letter);
                    }
                    None => return Err((begun, "a quote is opened and not closed: write \" at its end")),
                }
            }
        } else {
            while let Some(letter) = rest.next_if(|letter| !matches!(letter, ',' | '\n' | '\r')) {
                if letter == '"' {
                    return Err((
                        number,
                        "a quote stands amid a cell: put the whole cell in quotes, and write \"\" for one",
                    ));
                }
                cell.push(letter);
            }
        }
        cells.push(cell.trim().to_owned());
        rest.next_if_eq(&'\r');
        let next = rest.next();
        match next {
            Some(',') => continue,
            Some('\n') | None => {}
            Some(_) => {
                return Err((number, "something follows a closing quote: put the whole cell in quotes"));
            }
        }
        if cells.iter().any(|cell| !cell.is_empty()) {
            lines.push(Line { number: begun, cells: std::mem::take(&mut cells) });
        }
        cells.clear();
        number += 1;
        begun = number;
        if next.is_none() {
            return Ok(lines);
        }
    }
}
