//! Settings: one TOML file, then the environment (`PULSE_<KEY>`), then the command line. Unknown keys are refused.
//!
//! The only place that knows files of settings and the environment.

pub mod postgres;
pub mod tenant;

mod configured;
mod dcu;
mod events;
mod identity;
mod lds;
#[cfg(test)]
mod manifests;
mod parts;
mod permissions;
mod secret;
mod simulator;
mod standalone;
mod token;
mod web;

pub use configured::ConfiguredBy;
pub use dcu::{Dcu, Inbound};
pub use events::Events;
pub use identity::{Configuration, Identity};
pub use lds::Lds;
pub use parts::{Postgres, Redis, Serving, Upstream, Webhooks, link_limits};
pub use permissions::Permissions;
pub use secret::{Secret, secret};
pub use simulator::Simulator;
pub use standalone::Standalone;
pub use token::token;
pub use web::Web;

use anyhow::{Context, Result, bail};
use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// Defaults, then the file, then `PULSE_...`; the error names the key and where it stands.
pub(crate) fn load<'a, S: Serialize + Deserialize<'a> + Default>(file: Option<&Path>) -> Result<S> {
    let mut figment = Figment::from(Serialized::defaults(S::default()));
    if let Some(file) = file {
        if !file.is_file() {
            bail!("settings file {} was not found: name an existing one with --settings", file.display());
        }
        figment = figment.merge(Toml::file_exact(file));
    }
    // Some variables are secrets or belong to tests: they are not settings.
    let environment = Env::prefixed("PULSE_").ignore(&[
        "source_secret",
        "test_servers",
        "failpoint",
        "live_long",
        "log_filter",
    ]);
    figment
        .merge(environment.split("__"))
        .extract()
        .context("settings are not valid: correct the key that is named")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn file(text: &str) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file
    }

    #[test]
    fn a_typo_is_refused_by_name() {
        let file = file("dataa = 'x'");
        let error = format!("{:#}", Standalone::load(Some(file.path())).unwrap_err());
        assert!(error.contains("dataa"), "{error}");
    }

    /// What a shipped file says when all that is commented out is set.
    fn shipped<'a, S: Serialize + Deserialize<'a> + Default + std::fmt::Debug>(
        name: &str,
    ) -> (String, String) {
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("config").join(name);
        let text = std::fs::read_to_string(&shipped).unwrap();
        let lines: Vec<_> = text.lines().map(|line| line.strip_prefix("#= ").unwrap_or(line)).collect();
        let file = file(&lines.join("\n"));
        let read: S = load(Some(file.path())).unwrap();
        (format!("{read:?}"), format!("{:?}", S::default()))
    }

    #[test]
    fn the_shipped_files_say_the_defaults() {
        for (said, default) in [
            shipped::<Standalone>("standalone.toml"),
            shipped::<Lds>("lds.toml"),
            shipped::<Dcu>("dcu.toml"),
            shipped::<Web>("web.toml"),
            shipped::<Simulator>("simulator.toml"),
            shipped::<Permissions>("permissions.toml"),
        ] {
            assert_eq!(said, default);
        }
    }

    #[test]
    fn an_events_door_needs_a_token_and_sources_need_a_door() {
        let read = |text: &str| Standalone::load(Some(file(text).path())).unwrap().events();
        let source = "events_sources = [{ name = 'chat1', switch = 'chat' }]\n";
        let listen = "events_listen = '127.0.0.1:8180'\n";
        assert!(read("").unwrap().is_none());
        assert!(format!("{:#}", read(source).unwrap_err()).contains("set events_listen"));
        assert!(
            format!("{:#}", read(&(listen.to_owned() + source)).unwrap_err()).contains("events_token_file")
        );
        let whole = format!("{listen}{source}events_token_file = 'tokens'\n");
        assert_eq!(read(&whole).unwrap().unwrap().sources[0].switch, "chat");
        assert!(
            format!("{:#}", read(&(whole + "events_key = 'k'")).unwrap_err()).contains("belong together")
        );
    }

    #[test]
    fn a_secret_is_never_printed() {
        let file = file("hunter2\n");
        let secret = Secret::of_sources(Some(file.path())).unwrap().unwrap();
        assert_eq!((secret.reveal(), format!("{secret:?}").as_str()), ("hunter2", "Secret(..)"));
    }
}
