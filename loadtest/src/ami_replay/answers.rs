//! The PBX's side of the questions: login, lists, pings.

use super::Replay;
use md5::{Digest, Md5};
use source_asterisk::capture::Capture;
use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) struct Answers {
    capture: Arc<Capture>,
    username: String,
    secret: String,
    asked: BTreeMap<String, usize>,
    challenge: u64,
    pub(super) logged_in: bool,
}

impl Answers {
    pub(super) fn new(replay: &Replay) -> Self {
        Self {
            capture: Arc::clone(&replay.capture),
            username: replay.username.clone(),
            secret: replay.secret.clone(),
            asked: BTreeMap::new(),
            challenge: 100_000,
            logged_in: false,
        }
    }

    pub(super) fn new_session(&mut self) {
        self.logged_in = false;
        self.challenge += 4711;
    }

    /// The answer to an action, and whether the session goes on.
    pub(super) fn to(&mut self, action: &str) -> (Vec<u8>, bool) {
        let get = |key: &str| {
            let mut pairs = action.lines().filter_map(|line| line.split_once(':'));
            pairs.find(|(k, _)| k.eq_ignore_ascii_case(key)).map_or("", |(_, v)| v.trim()).to_owned()
        };
        let (name, id) = (get("Action"), get("ActionID"));
        let id_line = if id.is_empty() { String::new() } else { format!("ActionID: {id}\r\n") };
        let reply = |kind: &str, rest: &str| format!("Response: {kind}\r\n{id_line}{rest}\r\n").into_bytes();
        match name.as_str() {
            "Challenge" => (reply("Success", &format!("Challenge: {}\r\n", self.challenge)), true),
            "Login" => {
                let key = hex::encode(Md5::digest(format!("{}{}", self.challenge, self.secret).as_bytes()));
                let proven =
                    if get("AuthType").is_empty() { get("Secret") == self.secret } else { get("Key") == key };
                if get("Username") != self.username || !proven {
                    return (reply("Error", "Message: Authentication failed\r\n"), false);
                }
                self.logged_in = true;
                let mut bytes = reply("Success", "Message: Authentication accepted\r\n");
                bytes.extend_from_slice(&self.capture.booted);
                (bytes, true)
            }
            _ if !self.logged_in => (reply("Error", "Message: Permission denied\r\n"), true),
            "Logoff" => (reply("Goodbye", "Message: Thanks for all the fish.\r\n"), false),
            "Ping" => (reply("Success", "Ping: Pong\r\n"), true),
            _ => {
                let list = !matches!(name.as_str(), "CoreSettings" | "CoreStatus");
                let n = self.asked.entry(name.clone()).or_default();
                let first = *n == 0;
                *n += 1;
                let answer = self.capture.answer_to(&name, 0, &id).filter(|_| first || !list);
                (answer.unwrap_or_else(|| reply("Error", "Message: this was recorded once only\r\n")), true)
            }
        }
    }
}
