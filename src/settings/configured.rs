//! Where a role has the tenant's configuration from.

use super::Upstream;
use anyhow::{Result, bail};
use std::path::{Path, PathBuf};

/// Who tells the tenant's configuration.
#[derive(Clone, Debug)]
pub enum ConfiguredBy {
    /// A file, read at the start.
    File(PathBuf),
    /// A tenant service.
    Service(Upstream),
}

impl ConfiguredBy {
    /// The one of the two that the settings name.
    ///
    /// # Errors
    /// None is named, or both are.
    pub fn one_of(file: Option<&Path>, service: Option<&Upstream>) -> Result<Self> {
        match (file, service) {
            (Some(file), None) => Ok(Self::File(file.to_owned())),
            (None, Some(service)) => Ok(Self::Service(service.clone())),
            (None, None) => bail!("no configuration: name tenant_file, or a [tenant_service]"),
            (Some(_), Some(_)) => {
                bail!("tenant_file and [tenant_service] both tell the configuration: leave one out")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_one_tells_the_configuration() {
        let (file, service) = (Path::new("tenant.toml"), Upstream::local(8888));
        assert!(matches!(ConfiguredBy::one_of(Some(file), None), Ok(ConfiguredBy::File(_))));
        assert!(matches!(ConfiguredBy::one_of(None, Some(&service)), Ok(ConfiguredBy::Service(_))));
        let neither = ConfiguredBy::one_of(None, None).unwrap_err().to_string();
        assert!(neither.contains("name tenant_file"), "{neither}");
        let both = ConfiguredBy::one_of(Some(file), Some(&service)).unwrap_err().to_string();
        assert!(both.contains("leave one out"), "{both}");
    }
}
