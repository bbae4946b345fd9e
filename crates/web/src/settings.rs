//! What the web role is told at birth.

use crate::auth::Proxies;
use actors::web::Library;
use model::Text;
use ports::audit::Audit;
use ports::demand::Demand;
use ports::documents::{Document, Documents};
use ports::grants::Grants;
use ports::history::History;
use ports::identity::Identity;
use ports::leases::Leases;
use ports::questions::Questions;
use ports::screens::Screens;
use ports::values::Values;
use ports::webhooks::Webhooks;
use runtime::{Census, Clock};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use telemetry::Seen;

/// Settings of the web role.
#[derive(Clone, Debug)]
pub struct WebSettings {
    /// Where to listen; port 0 lets the system choose.
    pub bind: SocketAddr,
    /// Serve HTTPS. Without it, passwords and cookies travel in the clear: for loopback, or behind a proxy.
    pub tls: Option<Tls>,
    /// The tenant's name.
    pub tenant: Text,
    /// Its time zone, for the pages.
    pub time_zone: Text,
    /// The values come from the demo contact centre; the pages say so.
    pub demo: bool,
    /// The program's version.
    pub version: Text,
    /// Origins besides our own that may open streams and change things, as `https://host:port`.
    pub allowed_origins: Vec<String>,
    /// Origins whose pages boards may show in a frame, as `https://host:port`.
    pub frame_origins: Vec<String>,
    /// Proxies before us whose `X-Forwarded-For` and `-Proto` are believed.
    pub proxies: Proxies,
    /// Remembers through whom people come.
    pub seen: Seen,
    /// A session ends when nothing was heard for so long.
    pub session_idle: Duration,
    /// A session ends at this age.
    pub session_max: Duration,
    /// People may have an account and a password here.
    pub local_accounts: bool,
    /// Where browsers find us, as `https://pulse.example.org`: an authorization service sends them back there.
    pub public_url: Option<String>,
    /// The password of the user `admin` at the very first start; invented if absent.
    pub first_password: Option<String>,
    /// The file in which an invented one waits until somebody has signed in with it: until then each start shows it. It is
    /// shown once and kept nowhere if absent.
    pub unused_password_file: Option<PathBuf>,
    /// Memory that checking a password takes, in KiB (argon2id).
    pub password_memory_kib: u32,
    /// Values of a producer that is silent for so long are marked stale.
    pub stale_after: Duration,
    /// A board without viewers ends after so long.
    pub board_idle: Duration,
    /// Grants that nobody has confirmed for so long show nothing any more.
    pub grants_age_max: Duration,
    /// Another web evaluates the rules when this one was not heard for so long.
    pub alerts_lease: Duration,
    /// What an authorization service told of somebody at the last sign-in holds for so long: links go on by it.
    pub people_age_max: Duration,
    /// A screen's code lives so long.
    pub pairing_lives: Duration,
    /// How long entries of the audit trail are kept.
    pub audit_age_max: Duration,
    /// How long past values are kept.
    pub history_age_max: Duration,
    /// Boards that are stored when there are none yet: JSON documents as in `config/boards`.
    pub shipped_boards: Vec<serde_json::Value>,
}

impl Default for WebSettings {
    fn default() -> Self {
        Self {
            bind: SocketAddr::from(([127, 0, 0, 1], 8080)),
            tls: None,
            tenant: Text::const_new("default"),
            time_zone: Text::const_new("UTC"),
            demo: false,
            version: Text::const_new(env!("CARGO_PKG_VERSION")),
            allowed_origins: Vec::new(),
            frame_origins: Vec::new(),
            proxies: Proxies::default(),
            seen: Seen::default(),
            session_idle: Duration::from_secs(12 * 3600),
            session_max: Duration::from_secs(7 * 24 * 3600),
            local_accounts: true,
            public_url: None,
            first_password: None,
            unused_password_file: None,
            password_memory_kib: 19 * 1024,
            stale_after: Duration::from_millis(2_500),
            board_idle: Duration::from_secs(60),
            grants_age_max: Duration::from_secs(600),
            alerts_lease: Duration::from_secs(15),
            people_age_max: Duration::from_secs(90 * 24 * 3600),
            pairing_lives: Duration::from_secs(300),
            audit_age_max: Duration::from_secs(400 * 24 * 3600),
            history_age_max: Duration::from_secs(35 * 24 * 3600),
            shipped_boards: Vec::new(),
        }
    }
}

/// Certificate and key, in PEM files.
#[derive(Clone, Debug)]
pub struct Tls {
    /// The chain, the server's own certificate first.
    pub certificates: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

impl Tls {
    /// The server's side; a certificate that is renewed is used without a restart.
    pub(crate) fn config(&self) -> Result<rustls::ServerConfig, tls::TlsError> {
        tls::resolver(&self.certificates, &self.key)
    }
}

/// What the web role stands on.
#[derive(Clone)]
pub struct Ports {
    /// Current values.
    pub values: Arc<dyn Values>,
    /// Wishes for statistics.
    pub demand: Arc<dyn Demand>,
    /// Users, boards, sessions.
    pub documents: Arc<dyn Documents>,
    /// Who did what.
    pub audit: Arc<dyn Audit>,
    /// Past values.
    pub history: Arc<dyn History>,
    /// Who tells what made a value.
    pub questions: Arc<dyn Questions>,
    /// Screens that wait to be paired, and signs of life of those that are.
    pub screens: Arc<dyn Screens>,
    /// Who may see what; nobody sees anything without it.
    pub grants: Option<Arc<dyn Grants>>,
    /// The authorization service, if people sign in by one.
    pub identity: Option<Arc<dyn Identity>>,
    /// Who of several processes evaluates rules.
    pub leases: Arc<dyn Leases>,
    /// Where alerts are told to other systems; nowhere if absent.
    pub webhooks: Option<Arc<dyn Webhooks>>,
    /// The library of statistics.
    pub library: Library,
    /// The process's clock.
    pub clock: Clock,
    /// Who lives in this process.
    pub census: Census,
}

/// Kinds of documents that the web role keeps.
pub(crate) mod kinds {
    pub(crate) const BOARD: &str = "board";
    pub(crate) const NOTE: &str = "note";
    pub(crate) const PERSON: &str = "person";
    pub(crate) const SESSION: &str = "session";
    pub(crate) const SETTING: &str = "setting";
    pub(crate) const SHARE: &str = "share";
    pub(crate) const TEMPLATE: &str = "template";
    pub(crate) const USER: &str = "user";
}

/// A document that is not stored yet.
pub(crate) fn new_document(
    kind: &str,
    id: &str,
    body: serde_json::Value,
    by: &str,
    clock: &Clock,
) -> Document {
    let (kind, id, changed_by) = (Text::from(kind), Text::from(id), Text::from(by));
    Document { kind, id, revision: 0, body, changed_by, changed_at: clock.now() }
}
