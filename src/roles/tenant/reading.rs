//! The configuration out of its files: read, checked, and told apart by content.

use anyhow::{Context, Result, bail};
use configuration::{check, csv};
use engine::Engine;
use model::tenant::Tenant;
use model::time::Micros;
use stats::{Library, Request, Statistic};
use std::collections::BTreeMap;
use std::collections::hash_map::DefaultHasher;
use std::fmt::Display;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The files as they lie there.
#[derive(Clone, Debug, Hash)]
pub(super) struct Files {
    configuration: Content,
    /// With their names, for errors.
    discovered: Vec<(String, String)>,
}

#[derive(Clone, Debug, Hash)]
enum Content {
    Toml { name: String, text: String },
    Tables(BTreeMap<String, String>),
}

impl Files {
    /// Reads the texts.
    ///
    /// # Errors
    /// A file or directory that can't be read.
    pub(super) fn read(configuration: &Path, discovered: &[PathBuf]) -> Result<Self> {
        let content = if configuration.is_dir() {
            Content::Tables(tables(configuration)?)
        } else {
            Content::Toml { name: configuration.display().to_string(), text: text(configuration)? }
        };
        let discovered = discovered.iter().map(|path| Ok((path.display().to_string(), text(path)?)));
        Ok(Self { configuration: content, discovered: discovered.collect::<Result<_>>()? })
    }

    /// Tells contents apart.
    pub(super) fn fingerprint(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.hash(&mut hasher);
        hasher.finish()
    }

    /// The tenant that they make, with every DN named in full.
    ///
    /// # Errors
    /// Everything that is wrong, with its place.
    pub(super) fn tenant(&self) -> Result<Tenant> {
        let mut tenant = match &self.configuration {
            Content::Toml { name, text } => {
                Tenant::from_toml(text).with_context(|| format!("{name} is not valid"))?
            }
            Content::Tables(files) => csv::read(files)?,
        };
        for (name, text) in &self.discovered {
            let found = Tenant::from_toml(text).with_context(|| format!("{name} is not valid"))?;
            add(&mut tenant, found);
        }
        let tenant = check(&tenant).map_err(|faults| anyhow::anyhow!(lines(&faults)))?;
        check_zone(&tenant)?;
        let (mut engine, _) =
            Engine::new(&tenant, &Library::default()).map_err(|error| anyhow::anyhow!("{error}"))?;
        let complaints = engine.take_complaints();
        if !complaints.is_empty() {
            bail!(lines(&complaints));
        }
        Ok(tenant)
    }
}

/// Adds what the tenant does not have.
fn add(tenant: &mut Tenant, found: Tenant) {
    let Tenant { sources, dns, agents, .. } = found;
    for source in sources {
        if !tenant.sources.iter().any(|known| known.name == source.name) {
            tenant.sources.push(source);
        }
    }
    for dn in dns {
        if !tenant.dns.iter().any(|known| (&known.number, &known.switch) == (&dn.number, &dn.switch)) {
            tenant.dns.push(dn);
        }
    }
    for agent in agents {
        if !tenant.agents.iter().any(|known| known.id == agent.id) {
            tenant.agents.push(agent);
        }
    }
}

fn tables(directory: &Path) -> Result<BTreeMap<String, String>> {
    let cannot = || format!("directory {} can't be read: check its path and rights", directory.display());
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(directory).with_context(cannot)? {
        let path = entry.with_context(cannot)?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name.ends_with(".csv") && !name.starts_with('.') {
            files.insert(name, text(&path)?);
        }
    }
    Ok(files)
}

fn text(path: &Path) -> Result<String> {
    std::fs::read_to_string(path)
        .with_context(|| format!("{} can't be read: check its path and rights", path.display()))
}

fn lines<T: Display>(faults: &[T]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// Days begin somewhere: the zone is one that statistics know.
fn check_zone(tenant: &Tenant) -> Result<()> {
    const ANY: &str = "stat_types.A = { Objects = ['Agent'], Category = 'TotalNumber', Subject = 'DNAction', MainMask = 'AgentLogin' }\n\
                       time_profiles.Default = 'Growing 0:00'\n\
                       [[statistic]]\nname = 'a'\nstat_type = 'A'\nobjects = ['*']";
    let library = Library::from_toml(ANY).map_err(|error| anyhow::anyhow!("{error}"))?;
    let Some(request): Option<&Request> = library.requests.first() else { return Ok(()) };
    let definition = library.define(request).map_err(|refused| anyhow::anyhow!("{refused}"))?;
    Statistic::open(Arc::new(definition), Micros::ZERO, &tenant.time_zone)
        .map(drop)
        .map_err(|refused| anyhow::anyhow!("tenant {:?}, key time_zone: {refused}", tenant.tenant))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("tenant.toml");
        std::fs::write(&path, text).unwrap();
        format!("{:#}", Files::read(&path, &[]).unwrap().tenant().unwrap_err())
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        for (text, words) in [
            ("tenant = 'a'\n[[agent]]\nid = 'A1'\nskils = {}", "line 4"),
            ("tenant = 'a'\ntime_zone = 'Mars/Olympus'", "key time_zone"),
            ("tenant = 'a'\nagent_group = [{ name = 'G', script = 'Skill(' }]", "agent_group \"G\": script"),
            ("tenant = 'a'\nplace_group = [{ name = 'G', places = ['P'] }]", "place_group \"G\", key places"),
            ("tenant = 'a'\nplace = [{ name = 'P', dns = ['1'] }]", "place \"P\", key dns"),
        ] {
            let error = error(text);
            assert!(error.contains(words), "{error}");
        }
    }

    #[test]
    fn what_was_discovered_is_added_to_tables() {
        let home = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(home.path().join(name), text).unwrap();
        let tables = home.path().join("tables");
        std::fs::create_dir(&tables).unwrap();
        write("tables/tenant.csv", "tenant\nacme\n");
        write("tables/agents.csv", "id,name\nA1,Ann\n");
        write("tables/notes.txt", "no table");
        write(
            "found.toml",
            "tenant = 'default'\nsource = [{ name = 'pbx1', switch = 'sw' }]\n\
             dn = [{ number = '9001', switch = 'sw', type = 'Queue' }]\nagent = [{ id = 'A1' }, { id = 'A2' }]",
        );
        let files = Files::read(&tables, &[home.path().join("found.toml")]).unwrap();
        let tenant = files.tenant().unwrap();
        let agents: Vec<_> = tenant.agents.iter().map(|agent| (&*agent.id, agent.name.as_deref())).collect();
        assert_eq!(agents, [("A1", Some("Ann")), ("A2", None)]);
        assert_eq!((&*tenant.tenant, tenant.dns.len(), tenant.sources.len()), ("acme", 1, 1));
    }
}
