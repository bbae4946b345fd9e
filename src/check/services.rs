//! Counterparts that are asked over HTTP: authorization, configuration, and our own pages as the public reaches them.

use super::attempt::{Attempt, Limits, Outcome};
use super::http::{Answer, Target};
use super::tries::wrong;
use crate::settings::{Configuration, Identity};
use connections::{Fault, FaultKind};
use identity::DirectoryError;
use ports::identity::IdentityError;
use runtime::Clock;
use serde_json::Value;
use std::path::PathBuf;
use url::Url;

/// The path of an address, without its last slash.
fn path_of(address: &str) -> String {
    Url::parse(address).map(|url| url.path().trim_end_matches('/').to_owned()).unwrap_or_default()
}

fn protection(target: &Target) -> &'static str {
    if target.is_private() { "TLS" } else { "no TLS" }
}

/// An authorization service: its description, its keys, and whether it knows our secret.
pub(super) fn authorization(row: u8, service: Identity, tenant: String, limits: Limits) -> Attempt {
    Attempt::new(row, service.issuer.clone(), limits, async move {
        let service = Identity { patience: limits.within, ..service };
        let client = service.open(&tenant, Clock::of_machine()).map_err(wrong)?;
        let target = Target::parse(&service.issuer, service.ca_file.as_deref()).map_err(wrong)?;
        let path = format!("{}/.well-known/openid-configuration", path_of(&service.issuer));
        described(&service.issuer, &target.get(&path, limits.within).await?)?;
        let looked = client.look().await.map_err(|error| match error {
            IdentityError::Unreachable(cause) => Fault::new(FaultKind::Unavailable, cause),
            IdentityError::Refused(cause) => Fault::new(
                FaultKind::Password,
                format!("{cause}; check client_id and client_secret_file under [identity]"),
            ),
            misfit => Fault::new(FaultKind::Garbage, misfit.to_string()),
        })?;
        let tokens = if looked.introspects { "" } else { ", can't be asked about access tokens" };
        let (protection, id) = (protection(&target), &service.client_id);
        Ok(Outcome::Works(format!("{protection}, knows {id}, signs with {} keys{tokens}", looked.keys)))
    })
}

/// Whether what a service answers is the description of that issuer.
fn described(issuer: &str, answer: &Answer) -> Result<(), Fault> {
    let fault = |kind, cause: String| Err(Fault::new(kind, cause));
    let told: Option<Value> = serde_json::from_str(&answer.body).ok();
    let Some(told) = told.filter(|told| answer.status == 200 && told["issuer"].is_string()) else {
        return match answer.status {
            // Services of several tenants have a path for each.
            404 if !path_of(issuer).is_empty() => fault(
                FaultKind::Tenant,
                format!("{issuer} is not known there (404): check the realm or tenant in issuer"),
            ),
            status => fault(
                FaultKind::Garbage,
                format!("{issuer} answers {status} and no description of OpenID Connect: check issuer"),
            ),
        };
    };
    if told["issuer"] != issuer {
        let cause = format!("it is the issuer {}, not {issuer}: write issuer exactly so", told["issuer"]);
        return fault(FaultKind::Tenant, cause);
    }
    let methods = told["code_challenge_methods_supported"].as_array();
    if methods.is_some_and(|methods| !methods.iter().any(|method| method == "S256")) {
        let cause = format!("{issuer} has no PKCE by S256 (RFC 7636): upgrade it, or switch that on");
        return fault(FaultKind::OlderProtocol, cause);
    }
    Ok(())
}

/// A configuration service: whether it lets us in, and how many agents it knows.
pub(super) fn configuration(
    row: u8,
    service: Configuration,
    identity: Option<Identity>,
    limits: Limits,
) -> Attempt {
    Attempt::new(row, service.url.clone(), limits, async move {
        let service = Configuration { patience: limits.within, ..service };
        let client = service.open(identity.as_ref()).map_err(wrong)?;
        let target = Target::parse(&service.url, service.ca_file.as_deref()).map_err(wrong)?;
        let path = format!("{}/configuration/v3/objects/agents", path_of(&service.url));
        let answer = target.get(&format!("{path}?limit=1"), limits.within).await?;
        if answer.status == 404 {
            let cause = format!("{} has no {path}: it is another service, or an older one", service.url);
            return Err(Fault::new(FaultKind::OlderProtocol, cause));
        }
        let agents = client.look(Clock::of_machine().now()).await.map_err(|error| match error {
            DirectoryError::Unreachable(cause) => Fault::new(FaultKind::Unavailable, cause.to_string()),
            refused @ DirectoryError::Refused(_) => Fault::new(FaultKind::Password, refused.to_string()),
            misfit @ DirectoryError::Misfit(_) => Fault::new(FaultKind::Garbage, misfit.to_string()),
        })?;
        Ok(Outcome::Works(format!("{}, tells {agents} agents", protection(&target))))
    })
}

/// The pages as the public reaches them.
pub(super) fn public(row: u8, url: String, ca: Option<PathBuf>, limits: Limits) -> Attempt {
    Attempt::new(row, url.clone(), limits, async move {
        let target = Target::parse(&url, ca.as_deref()).map_err(wrong)?;
        let answer = target.get("/api/v1/meta", limits.within).await?;
        let about: Option<Value> = serde_json::from_str(&answer.body).ok();
        match about.as_ref().and_then(|about| about["tenant"].as_str()) {
            Some(tenant) if answer.status == 200 => {
                Ok(Outcome::Works(format!("{}, pages of tenant {tenant}", protection(&target))))
            }
            _ => Err(Fault::new(
                FaultKind::Garbage,
                format!(
                    "{url}/api/v1/meta answers {}: check that the proxy passes on to web's listen",
                    answer.status
                ),
            )),
        }
    })
}
