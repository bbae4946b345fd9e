//! The secret that the two sides of a link share, as it stands at the moment.

use model::Text;
use std::fmt;
use tokio::sync::watch;

/// A secret that may change while we run: never printed. Of several, one a line, a client shows the first and a server
/// takes each, so that a secret is changed in three steps: the server takes both, clients show the new one, the server
/// takes the new one alone. An empty one asks for nothing.
#[derive(Clone)]
pub struct Token(watch::Receiver<Text>);

impl Token {
    /// One that is told by somebody else.
    pub fn following(now: watch::Receiver<Text>) -> Self {
        Self(now)
    }

    /// What a client shows.
    pub fn shown(&self) -> Text {
        self.0.borrow().lines().next().unwrap_or_default().into()
    }

    /// Whether a server lets in who shows this. A wrong one takes as long as a right one.
    pub fn admits(&self, shown: &str) -> bool {
        let ours = self.0.borrow();
        ours.is_empty()
            || ours.lines().fold(false, |found, line| found | (!line.is_empty() && same(line, shown)))
    }
}

fn same(ours: &str, theirs: &str) -> bool {
    let (ours, theirs) = (ours.as_bytes(), theirs.as_bytes());
    let differ = ours
        .iter()
        .enumerate()
        .fold(0_u8, |differ, (at, byte)| differ | (byte ^ theirs.get(at).copied().unwrap_or(!byte)));
    differ == 0 && ours.len() == theirs.len()
}

impl From<&str> for Token {
    fn from(text: &str) -> Self {
        Self(watch::channel(text.into()).1)
    }
}

impl Default for Token {
    fn default() -> Self {
        Self::from("")
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_takes_each_of_several_and_a_client_shows_the_first() {
        let (tell, now) = watch::channel(Text::from("old"));
        let token = Token::following(now);
        assert!(token.admits("old") && !token.admits("new") && !token.admits("") && !token.admits("older"));
        tell.send_replace("new\nold\n".into());
        assert!(token.admits("old") && token.admits("new") && !token.admits("new\nold") && !token.admits(""));
        assert_eq!(token.shown(), "new");
        assert!(Token::default().admits("whatever"), "nothing is asked for");
        assert_eq!(format!("{token:?}"), "Token(..)");
    }
}
