//! What must not leave the house: known secrets, wherever they stand, and what looks like one.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use std::collections::BTreeSet;
use std::path::Path;
use toml::{Table, Value};

/// Instead of a secret.
const MASKED: &str = "(masked)";
/// Shorter ones would be found in every text. They are told, so that nobody relies on it.
const SECRET_BYTES_MIN: usize = 4;
/// Keys whose value is a secret, or the path of a file that holds one.
const WORDS: [&str; 4] = ["secret", "password", "token", "key"];

/// All secrets that are known.
#[derive(Debug, Default)]
pub(super) struct Mask {
    secrets: BTreeSet<String>,
    /// Files whose secrets are too short to be masked in other texts.
    pub(super) too_short: Vec<String>,
}

impl Mask {
    /// A secret, as it stands and as URLs and JSON write it.
    pub(super) fn learn(&mut self, secret: &str, of: &str) {
        let secret = secret.trim();
        if secret.is_empty() {
            return;
        }
        if secret.len() < SECRET_BYTES_MIN {
            self.too_short.push(of.to_owned());
            return;
        }
        let json = serde_json::Value::from(secret).to_string();
        self.secrets.insert(json.trim_matches('"').to_owned());
        self.secrets.insert(utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string());
        self.secrets.insert(secret.to_owned());
    }

    /// Every line of a file: tokens stand one a line, and of a key no line may be told.
    fn learn_file(&mut self, file: &Path) {
        // What can't be read here is known to nobody here.
        let Ok(text) = std::fs::read_to_string(file) else { return };
        let of = file.display().to_string();
        self.learn(&text, &of);
        for line in text.lines().filter(|line| !line.starts_with("-----")) {
            self.learn(line, &of);
        }
    }

    /// Takes note of the secrets that settings hold or name, and masks those that they hold.
    pub(super) fn settings(&mut self, table: &mut Table) {
        for (key, value) in table.iter_mut() {
            match value {
                Value::Table(inner) => self.settings(inner),
                Value::Array(all) => all.iter_mut().for_each(|value| self.value(key, value)),
                _ => self.value(key, value),
            }
        }
    }

    fn value(&mut self, key: &str, value: &mut Value) {
        match value {
            Value::Table(inner) => self.settings(inner),
            Value::String(text) => {
                let is_secret = WORDS.iter().any(|word| key.contains(word));
                let names_a_file =
                    key.ends_with("_file") || key.ends_with("_key") || Path::new(text).is_file();
                if is_secret && names_a_file {
                    self.learn_file(Path::new(text.as_str()));
                } else if is_secret {
                    self.learn(text, key);
                    *text = MASKED.to_owned();
                } else if let Some((_, secret)) = of_url(text) {
                    let decoded =
                        percent_encoding::percent_decode_str(&secret).decode_utf8_lossy().into_owned();
                    self.learn(&decoded, key);
                    self.learn(&secret, key);
                    *text = text.replace(&format!(":{secret}@"), &format!(":{MASKED}@"));
                }
            }
            _ => {}
        }
    }

    /// The text without them.
    pub(super) fn apply(&self, text: &str) -> String {
        let mut text = text.to_owned();
        // Longer ones first: one may be a part of another.
        let mut secrets: Vec<&String> = self.secrets.iter().collect();
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        for secret in secrets {
            if text.contains(secret.as_str()) {
                text = text.replace(secret.as_str(), MASKED);
            }
        }
        text.split_inclusive('\n').map(unknown).collect()
    }
}

/// A line without what looks like a secret that nobody told us of.
fn unknown(line: &str) -> String {
    let mut line = line.to_owned();
    while let Some((place, secret)) = of_url(&line).filter(|(_, secret)| secret != MASKED) {
        line.replace_range(place..place + secret.len(), MASKED);
    }
    for mark in ["Bearer ", "bearer ", "password=", "secret=", "token=", "Secret: ", "Cookie: ", "cookie: "] {
        let mut from = 0;
        while let Some(at) = line[from..].find(mark) {
            let begin = from + at + mark.len();
            let length =
                line[begin..].find([' ', '"', '\'', ',', ';', '&', '\n']).unwrap_or(line.len() - begin);
            line.replace_range(begin..begin + length, MASKED);
            from = begin + MASKED.len();
        }
    }
    line
}

/// The first password within a URL (`scheme://user:password@host`), and where it stands.
fn of_url(text: &str) -> Option<(usize, String)> {
    let mut from = 0;
    while let Some(at) = text[from..].find("://") {
        let begin = from + at + 3;
        let end = text[begin..].find(['/', ' ', '"', '\'', '?', '\n']).map_or(text.len(), |end| begin + end);
        if let Some((user_info, _)) = text[begin..end].rsplit_once('@')
            && let Some((user, secret)) = user_info.split_once(':')
            && !secret.is_empty()
            && secret != MASKED
        {
            return Some((begin + user.len() + 1, secret.to_owned()));
        }
        from = begin;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_settings_hold_or_name_is_masked_wherever_it_stands() {
        let home = tempfile::tempdir().unwrap();
        let tokens = home.path().join("tokens");
        std::fs::write(&tokens, "first token\nsecond\"token\n").unwrap();
        let text = format!(
            "log = 'json'\nsources = ['asterisk://pulse:hunt%2Fer2@pbx:5038']\ntoken_file = '{}'\n\
             [redis]\npassword = 'swordfish'\nhost = 'redis'\n",
            tokens.display()
        );
        let mut table: Table = text.parse().unwrap();
        let mut mask = Mask::default();
        mask.settings(&mut table);
        let settings = mask.apply(&toml::to_string(&table).unwrap());
        assert!(settings.contains("log = \"json\"") && settings.contains("host = \"redis\""), "{settings}");
        assert!(settings.contains(&tokens.display().to_string()), "where a secret is kept is no secret");
        assert!(!settings.contains("swordfish") && !settings.contains("hunt%2Fer2"), "{settings}");
        let log = mask.apply("{\"m\":\"second\\\"token or first token or hunt/er2 or swordfish\"}\n");
        assert_eq!(log, "{\"m\":\"(masked) or (masked) or (masked) or (masked)\"}\n");
    }

    #[test]
    fn what_only_looks_like_a_secret_is_masked_too() {
        let masked = Mask::default()
            .apply("GET http://ann:pw@host/ Authorization: Bearer abc.def, token=xyz&a=1\nplain\n");
        assert_eq!(
            masked,
            "GET http://ann:(masked)@host/ Authorization: Bearer (masked), token=(masked)&a=1\nplain\n"
        );
    }

    #[test]
    fn a_secret_that_is_too_short_to_be_found_in_a_text_is_told() {
        let mut mask = Mask::default();
        mask.learn("abc", "the file");
        assert_eq!((mask.too_short.len(), mask.apply("abc").as_str()), (1, "abc"));
    }
}
