//! Settings files of the roles, told apart by name.

use crate::settings;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};

/// What the roles were told.
#[derive(Default)]
pub(super) struct Settings {
    pub(super) lds: Vec<settings::Lds>,
    pub(super) dcu: Vec<settings::Dcu>,
    pub(super) web: Vec<settings::Web>,
    pub(super) permissions: Vec<settings::Permissions>,
    pub(super) init: Vec<settings::postgres::Init>,
    pub(super) init_tenant: Vec<settings::postgres::InitTenant>,
}

/// Roles whose files may be named, longer names first.
const ROLES: [&str; 6] = ["init-tenant", "init", "lds", "dcu", "web", "permissions"];

impl Settings {
    pub(super) fn is_empty(&self) -> bool {
        let Self { lds, dcu, web, permissions, init, init_tenant } = self;
        let roles = [lds.len(), dcu.len(), web.len(), permissions.len(), init.len(), init_tenant.len()];
        roles.into_iter().sum::<usize>() == 0
    }

    /// Takes a file by its name, or all of a folder whose names tell a role.
    pub(super) fn take(&mut self, path: &Path) -> Result<()> {
        if !path.is_dir() {
            let Some(role) = role_of(path) else {
                bail!(
                    "{}: its name tells no role ({}): name it with --lds, --dcu, --web, --permissions, \
                     --init or --init-tenant",
                    path.display(),
                    ROLES.join(", ")
                );
            };
            return self.take_as(role, path).with_context(|| format!("{}", path.display()));
        }
        let listed = std::fs::read_dir(path).with_context(|| format!("{} can't be read", path.display()))?;
        let mut files: Vec<PathBuf> = listed.map(|entry| anyhow::Ok(entry?.path())).collect::<Result<_>>()?;
        files.sort();
        for file in files.iter().filter(|file| file.is_file()) {
            if let Some(role) = role_of(file) {
                self.take_as(role, file).with_context(|| format!("{}", file.display()))?;
            }
        }
        Ok(())
    }

    pub(super) fn take_as(&mut self, role: &str, file: &Path) -> Result<()> {
        let file = Some(file);
        match role {
            "lds" => self.lds.push(settings::Lds::load(file)?),
            "dcu" => self.dcu.push(settings::Dcu::load(file)?),
            "web" => self.web.push(settings::Web::load(file)?),
            "permissions" => self.permissions.push(settings::Permissions::load(file)?),
            "init" => self.init.push(settings::postgres::Init::load(file)?),
            "init-tenant" => self.init_tenant.push(settings::postgres::InitTenant::load(file)?),
            other => bail!("{other} is no role with connections of its own"),
        }
        Ok(())
    }
}

/// `lds.toml`, `lds-vq.toml` and `lds-0.toml` are of the role lds.
pub(super) fn role_of(file: &Path) -> Option<&'static str> {
    if file.extension()? != "toml" {
        return None;
    }
    let stem = file.file_stem()?.to_str()?;
    ROLES
        .into_iter()
        .find(|role| stem.strip_prefix(*role).is_some_and(|rest| rest.is_empty() || rest.starts_with('-')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_file_tells_its_role() {
        for (name, role) in [
            ("/etc/pulse/lds-vq.toml", Some("lds")),
            ("init-tenant.toml", Some("init-tenant")),
            ("init.toml", Some("init")),
            ("dcu-1.toml", Some("dcu")),
            ("webhooks.toml", None),
            ("web.json", None),
            ("permissions-1.toml", Some("permissions")),
            ("tenant.toml", None),
        ] {
            assert_eq!(role_of(Path::new(name)), role, "{name}");
        }
    }

    #[test]
    fn a_folder_gives_all_its_roles_and_a_stranger_is_refused_by_name() {
        let mut settings = Settings::default();
        settings.take(&Path::new(env!("CARGO_MANIFEST_DIR")).join("config")).unwrap();
        assert_eq!((settings.lds.len(), settings.dcu.len(), settings.web.len()), (1, 1, 1));
        assert_eq!((settings.init.len(), settings.init_tenant.len(), settings.permissions.len()), (1, 1, 1));
        let error = settings.take(Path::new("settings.toml")).unwrap_err().to_string();
        assert!(error.contains("--lds"), "{error}");
    }
}
