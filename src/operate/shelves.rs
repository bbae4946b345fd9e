//! Where documents are kept: SQLite in a data directory, or PostgreSQL.

use super::place::Role;
use crate::data_dir::DataDir;
use anyhow::{Context, Result, bail};
use ports::documents::{Archive, Documents};
use std::path::{Path, PathBuf};
use std::time::Duration;
use store_postgres::{Options, Postgres};
use store_sqlite::SqliteStore;

/// All documents travel in one answer.
const PATIENCE: Duration = Duration::from_secs(120);

/// Which store.
#[derive(clap::Args, Clone, Debug)]
pub(super) struct Place {
    /// The data directory of standalone.
    #[arg(long, value_name = "DIR", required_unless_present = "settings")]
    data: Option<PathBuf>,
    /// Settings that say where it is: standalone.toml (its data directory), web.toml (its PostgreSQL and tenant).
    #[arg(long, value_name = "FILE", conflicts_with = "data")]
    settings: Option<PathBuf>,
    /// Another tenant than that of web.toml.
    #[arg(long)]
    tenant: Option<String>,
}

/// An open store.
pub(super) struct Shelves {
    pub(super) documents: Box<dyn Documents>,
    pub(super) archive: Box<dyn Archive>,
    /// For people.
    pub(super) name: String,
    pub(super) tenant: Option<String>,
    /// Nobody else works on a data directory while it is changed.
    _owned: Option<DataDir>,
}

impl Shelves {
    /// To be looked into, also while roles work on it.
    pub(super) async fn to_read(place: &Place) -> Result<Self> {
        match place.role()? {
            Kept::Folder(data) => {
                let file = data.join("pulse.sqlite");
                let store = SqliteStore::open_to_read(&file, &store_sqlite::Options::default())
                    .with_context(|| format!("{} can't be looked into", file.display()))?;
                Ok(Self::of_sqlite(store, &file, None))
            }
            Kept::Server(web) => Self::of_postgres(place, &web).await,
        }
    }

    /// To be changed. `of` is whose the copy is.
    pub(super) async fn to_write(place: &Place, of: Option<&str>) -> Result<Self> {
        match place.role()? {
            Kept::Folder(data) => {
                let owned = DataDir::open(&data)?;
                let file = data.join("pulse.sqlite");
                let store = SqliteStore::open(&file, &store_sqlite::Options::default())?;
                Ok(Self::of_sqlite(store, &file, Some(owned)))
            }
            Kept::Server(web) => {
                let shelves = Self::of_postgres(place, &web).await?;
                let into = shelves.tenant.as_deref().unwrap_or_default();
                if let Some(of) = of
                    && of != into
                    && place.tenant.is_none()
                {
                    bail!(
                        "the copy is of tenant {of}, the store of {into}: say --tenant {into} if that is meant"
                    );
                }
                Ok(shelves)
            }
        }
    }

    fn of_sqlite(store: SqliteStore, file: &Path, owned: Option<DataDir>) -> Self {
        Self {
            documents: Box::new(store.clone()),
            archive: Box::new(store),
            name: file.display().to_string(),
            tenant: None,
            _owned: owned,
        }
    }

    async fn of_postgres(place: &Place, web: &crate::settings::Web) -> Result<Self> {
        let (server, options) = web.postgres.server()?;
        let tenant = place.tenant.clone().unwrap_or_else(|| web.tenant.clone());
        let name = format!("{} of {}", tenant, server.name());
        let options = Options { deadline: PATIENCE, ..options };
        let store = Postgres::open(server, options).await?.tenant(&tenant).await?;
        Ok(Self {
            documents: Box::new(store.clone()),
            archive: Box::new(store),
            name,
            tenant: Some(tenant),
            _owned: None,
        })
    }
}

/// Does what needs a store, and nothing else.
pub(super) fn block_on<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}

enum Kept {
    Folder(PathBuf),
    Server(Box<crate::settings::Web>),
}

impl Place {
    fn role(&self) -> Result<Kept> {
        match (&self.data, &self.settings) {
            (Some(data), None) => Ok(Kept::Folder(data.clone())),
            (None, Some(file)) => match Role::load(file)? {
                Role::Standalone(standalone) => Ok(Kept::Folder(standalone.data)),
                Role::Web(web) => Ok(Kept::Server(web)),
                other => bail!(
                    "{} may not see all documents: name the settings of web or of standalone",
                    other.name()
                ),
            },
            _ => bail!("name one of them: --data DIR or --settings FILE"),
        }
    }
}
