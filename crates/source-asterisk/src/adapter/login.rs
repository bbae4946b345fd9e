//! Greeting and login.

use super::{Adapter, Phase};
use crate::message::Message;
use crate::options::Auth;
use crate::steps::{Down, Step};
use md5::{Digest, Md5};
use model::time::Micros;

impl Adapter {
    pub(super) fn on_banner(&mut self, line: &str, received: Micros) {
        if self.phase != Phase::Greeting {
            return;
        }
        let Some(version) = line.strip_prefix("Asterisk Call Manager/") else {
            let shown: String = line.chars().filter(|c| !c.is_control()).take(60).collect();
            self.down(
                Down::stubborn(
                    format!("this is no Asterisk manager: it greets with \"{shown}\""),
                    "check host and port (5038 plain, 5039 TLS)",
                ),
                received,
            );
            return;
        };
        let major: Option<u32> = version.split('.').next().and_then(|v| v.trim().parse().ok());
        if major.is_none_or(|major| major < 2) {
            self.down(
                Down::stubborn(
                    format!("the manager speaks version {}, which is too old", version.trim()),
                    "upgrade the PBX to Asterisk 13 or later",
                ),
                received,
            );
            return;
        }
        self.enter(Phase::Challenge, received);
        match self.map.options.auth {
            Auth::Md5 => _ = self.send("Challenge", &[("AuthType", "MD5")]),
            Auth::Plain => self.log_in_plainly(received),
        }
    }

    fn log_in_plainly(&mut self, received: Micros) {
        self.enter(Phase::Login, received);
        let (user, secret) = (self.map.options.username.clone(), self.map.options.secret.clone());
        self.send("Login", &[("Username", &user), ("Secret", &secret.reveal()), ("Events", "on")]);
    }

    pub(super) fn on_login_answer(&mut self, message: &Message, received: Micros) {
        let success = message.response() == Some("Success");
        let said = message.get("Message").cloned().unwrap_or_default();
        match self.phase {
            Phase::Challenge if success => {
                let challenge = message.get("Challenge").cloned().unwrap_or_default();
                let (user, secret) = (self.map.options.username.clone(), self.map.options.secret.clone());
                let key = hex::encode(Md5::digest(format!("{challenge}{}", secret.reveal()).as_bytes()));
                self.enter(Phase::Login, received);
                self.send(
                    "Login",
                    &[("AuthType", "MD5"), ("Username", &user), ("Key", &key), ("Events", "on")],
                );
            }
            Phase::Challenge => self.down(
                Down::stubborn(
                    format!("the PBX refuses MD5 login: {said}"),
                    "allow it in manager.conf, or choose plain login over TLS",
                ),
                received,
            ),
            Phase::Login if success => self.enter(Phase::Boot, received),
            Phase::Login => self.down(
                Down::stubborn(
                    format!("the PBX refuses the login of \"{}\": {said}", self.map.options.username),
                    "check user and secret, and the user's permit list in manager.conf",
                ),
                received,
            ),
            _ => {}
        }
    }

    /// Sends an action; gives its number.
    pub(super) fn send(&mut self, name: &str, keys: &[(&str, &str)]) -> u64 {
        self.action += 1;
        let mut text = format!("Action: {name}\r\nActionID: pulse-{}\r\n", self.action);
        for (key, value) in keys {
            // A line end inside a value would begin a key of its own.
            let value: String = value.chars().filter(|c| !matches!(c, '\r' | '\n')).collect();
            text.push_str(&format!("{key}: {value}\r\n"));
        }
        text.push_str("\r\n");
        self.map.ledger.push(Step::Send(text.into_bytes()));
        self.action
    }

    /// The number of our own action that a message answers.
    pub(super) fn own_action(message: &Message) -> Option<u64> {
        message.get("ActionID")?.strip_prefix("pulse-")?.parse().ok()
    }
}
