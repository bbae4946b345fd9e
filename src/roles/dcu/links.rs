//! Links to those who tell events, and one stream of all of them for back-fills.

use crate::settings;
use anyhow::Result;
use link_tcp::ClientSettings;
use model::Text;
use model::tenant::Tenant;
use tokio::sync::mpsc;
use wire::frame::{Filter, Hello, Positions, VERSION};
use wire::link::{LinkEvent, Subscription, Token};

/// Events of several links that wait for a back-fill.
const TOGETHER_MAX: usize = 64;

/// A link to an LDS or an Interaction Server, not yet made.
#[derive(Clone)]
pub(in crate::roles) struct Link {
    /// For people, and a label of metrics.
    pub(super) name: Text,
    client: ClientSettings,
    tenant: Text,
    token: Token,
    /// The sources that are taken from it; all if absent.
    sources: Option<Vec<Text>>,
}

impl Link {
    /// A plain one, within this process.
    pub(in crate::roles) fn plain(address: String, tenant: Text) -> Self {
        let name = Text::from(format!("LDS at {address}"));
        Self { name, client: ClientSettings::plain(address), tenant, token: Token::default(), sources: None }
    }

    pub(super) fn subscribe(
        &self,
        positions: impl Fn() -> Positions + Send + 'static,
    ) -> Result<Subscription, link_tcp::LinkError> {
        let Self { client, tenant, token, sources, .. } = self.clone();
        let hello = move || {
            let mut positions = positions();
            if let Some(sources) = &sources {
                positions.retain(|source, _| sources.contains(source));
            }
            let filter =
                sources.clone().map(|sources| Filter { sources: Some(sources), ..Filter::default() });
            let (tenant, token) = (tenant.clone(), token.shown());
            Hello { v: VERSION, role: "dcu".into(), tenant, token, positions, filter, frame_bytes_max: None }
        };
        link_tcp::subscribe(client, hello)
    }
}

pub(super) fn links(
    kind: &str,
    upstreams: &[settings::Upstream],
    tenant: &Tenant,
    token: &Token,
) -> Result<Vec<Link>> {
    let link = |upstream: &settings::Upstream| {
        Ok(Link {
            name: format!("{kind} at {}", upstream.address).into(),
            client: upstream.client()?,
            tenant: tenant.tenant.clone(),
            token: token.clone(),
            sources: upstream
                .sources
                .as_ref()
                .map(|sources| sources.iter().map(|source| source.as_str().into()).collect()),
        })
    };
    upstreams.iter().map(link).collect()
}

/// One stream of all links, from positions of its own.
pub(super) fn replay(links: &[Link], positions: &Positions) -> Result<Subscription, link_tcp::LinkError> {
    let from = || {
        let positions = positions.clone();
        move || positions.clone()
    };
    if let [link] = links {
        return link.subscribe(from());
    }
    let (sender, events) = mpsc::channel(TOGETHER_MAX);
    for link in links {
        let one = link.subscribe(from())?;
        let sender = sender.clone();
        tokio::spawn(async move {
            // The whole of it: a subscription without its other ends would end at once.
            let mut one = one;
            let mut was_up = false;
            // It ends with whoever listens.
            while let Some(event) = one.events.recv().await {
                was_up |= matches!(event, LinkEvent::Connected(_));
                // A server that is away from the start is missed by nobody: its sources are not waited for.
                if !was_up {
                    continue;
                }
                if sender.send(event).await.is_err() {
                    return;
                }
            }
        });
    }
    // A back-fill neither acknowledges nor begins anew.
    let ((acks, _), (resync, _)) = (mpsc::channel(1), mpsc::channel(1));
    Ok(Subscription { events, acks, resync })
}
