//! Where a deployment keeps things: from a data directory, or from settings whose file name tells the role.

use crate::settings::{self, Standalone};
use anyhow::{Result, bail};
use std::path::{Path, PathBuf};

/// The settings of a role that keeps something.
pub(super) enum Role {
    Standalone(Box<Standalone>),
    Lds(Box<settings::Lds>),
    Dcu(Box<settings::Dcu>),
    Web(Box<settings::Web>),
}

impl Role {
    /// Reads a file whose name begins with the role's: `lds-vq.toml`, `standalone.toml`.
    pub(super) fn load(file: &Path) -> Result<Self> {
        let stem = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let role = stem.split('-').next().unwrap_or_default();
        let file = Some(file);
        Ok(match role {
            "standalone" => Self::Standalone(Box::new(Standalone::load(file)?)),
            "lds" => Self::Lds(Box::new(settings::Lds::load(file)?)),
            "dcu" => Self::Dcu(Box::new(settings::Dcu::load(file)?)),
            "web" => Self::Web(Box::new(settings::Web::load(file)?)),
            _ => bail!(
                "{stem}: the file's name tells no role that is known here: call it standalone.toml, lds.toml, dcu.toml \
                 or web.toml, as pulse check wants it too"
            ),
        })
    }

    /// Its name.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Standalone(_) => "standalone",
            Self::Lds(_) => "lds",
            Self::Dcu(_) => "dcu",
            Self::Web(_) => "web",
        }
    }
}

/// The folder of the journal: `given` may be that, or the data directory in which it lies.
pub(super) fn journal_dir(given: Option<&Path>, settings: Option<&Path>) -> Result<PathBuf> {
    let dir = match (given, settings) {
        (Some(dir), None) => dir.to_owned(),
        (None, Some(file)) => match Role::load(file)? {
            Role::Standalone(standalone) => standalone.data,
            Role::Lds(lds) => lds.data,
            other => {
                bail!("a {} keeps no journal: name the settings of an lds or of standalone", other.name())
            }
        },
        _ => bail!("name one of them: the data directory, or --settings FILE"),
    };
    let within = dir.join("journal");
    match (within.is_dir(), dir.is_dir()) {
        (true, _) => Ok(within),
        (false, true) => Ok(dir),
        (false, false) => {
            bail!("{} is no folder: name the data directory of an LDS or of standalone", dir.display())
        }
    }
}
