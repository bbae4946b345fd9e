//! From settings to tries: which connections each role's settings speak of.

use super::attempt::{Attempt, Limits};
use super::files::Settings;
use super::{inbound, services, tries};
use crate::settings::{self, Upstream, postgres::Init, postgres::InitTenant};
use crate::source_url::{Kind, SourceUrl};
use std::path::PathBuf;

/// Where an Interaction Server of virtual queues listens unless told otherwise.
const INTERACTIONS_VQ: u16 = 7122;

/// All tries that the settings speak of.
pub(super) fn attempts(settings: Settings, limits: Limits) -> Vec<Attempt> {
    let mut plan = Plan { limits, attempts: Vec::new() };
    settings.lds.into_iter().for_each(|lds| plan.lds(lds));
    settings.dcu.into_iter().for_each(|dcu| plan.dcu(dcu));
    settings.web.into_iter().for_each(|web| plan.web(web));
    settings.permissions.into_iter().for_each(|permissions| plan.permissions(permissions));
    settings.init.into_iter().for_each(|init| plan.init(init));
    settings.init_tenant.into_iter().for_each(|init| plan.init_tenant(init));
    plan.attempts
}

struct Plan {
    limits: Limits,
    attempts: Vec<Attempt>,
}

impl Plan {
    fn lds(&mut self, lds: settings::Lds) {
        let limits = self.limits;
        let (tenant_row, source_row, metrics_row) = if lds.is_vq() { (12, 13, 14) } else { (9, 10, 11) };
        for text in &lds.sources {
            let url = match SourceUrl::parse(text) {
                Ok(url) => url,
                // Which of the two it was meant to be can't be told; sources are, as a rule.
                Err(error) => {
                    self.attempts.push(Attempt::hopeless(source_row, "sources", limits, &error));
                    continue;
                }
            };
            let (row, tenant, secret) = match &url.kind {
                Kind::Tenant { .. } => (tenant_row, String::new(), lds.tenant_token_file.clone()),
                _ => (source_row, lds.tenant.clone(), lds.secret_file.clone()),
            };
            self.attempts.push(tries::source(row, url, tenant, secret, limits));
        }
        self.attempts.push(inbound::metrics(metrics_row, lds.metrics, limits));
    }

    fn dcu(&mut self, dcu: settings::Dcu) {
        let limits = self.limits;
        let tenant = dcu.configured_by().map(|by| (by, dcu.tenant_token_file.clone()));
        let tenant = tries::TenantName::told("dcu", tenant, limits);
        self.attempts.push(tries::redis(3, dcu.redis.clone(), tenant.clone(), limits));
        self.attempts.push(tries::postgres(5, dcu.postgres.clone(), tenant.clone(), limits));
        self.tenant_service(7, "dcu", dcu.tenant_service, dcu.tenant_token_file);
        let events = dcu.lds.into_iter().map(|upstream| {
            let row = if upstream.is_vq() { 15 } else { 8 };
            (row, upstream, &dcu.token_file)
        });
        let media = dcu.interaction_server.into_iter().map(|upstream| {
            let row = if upstream.is_vq() || upstream.is_at(INTERACTIONS_VQ) { 16 } else { 17 };
            (row, upstream, &dcu.interaction_token_file)
        });
        for (row, upstream, token_file) in events.chain(media) {
            let link = tries::Link { upstream, token_file: token_file.clone(), role: "dcu" };
            self.attempts.push(tries::link(row, link, tenant.clone(), limits));
        }
        if let Some(listen) = dcu.inbound.listen {
            self.attempts.push(inbound::listener(18, listen, dcu.metrics, limits));
        }
        self.attempts.push(inbound::metrics(19, dcu.metrics, limits));
    }

    fn permissions(&mut self, permissions: settings::Permissions) {
        let limits = self.limits;
        let tenant = permissions.configured_by().map(|by| (by, permissions.tenant_token_file.clone()));
        let tenant = tries::TenantName::told("permissions", tenant, limits);
        self.attempts.push(tries::redis(2, permissions.redis, tenant.clone(), limits));
        self.attempts.push(tries::postgres(4, permissions.postgres, tenant, limits));
        self.tenant_service(1, "permissions", permissions.tenant_service, permissions.tenant_token_file);
    }

    /// The configuration of a role, if a service tells it. Whose it is, the service says.
    fn tenant_service(
        &mut self,
        row: u8,
        role: &'static str,
        service: Option<Upstream>,
        token_file: Option<PathBuf>,
    ) {
        if let Some(upstream) = service {
            let link = tries::Link { upstream, token_file, role };
            self.attempts.push(tries::link(row, link, tries::TenantName::known(""), self.limits));
        }
    }

    fn web(&mut self, web: settings::Web) {
        let limits = self.limits;
        let tenant = tries::TenantName::known(&web.tenant);
        self.attempts.push(inbound::listener(20, web.listen, web.metrics, limits));
        self.attempts.push(tries::postgres(21, web.postgres.clone(), tenant.clone(), limits));
        self.attempts.push(tries::redis(22, web.redis.clone(), tenant, limits));
        self.attempts.push(inbound::metrics(26, web.metrics, limits));
        if let Some(service) = web.configuration {
            self.attempts.push(services::configuration(25, service, web.identity.clone(), limits));
        }
        if let Some(service) = web.identity {
            self.attempts.push(services::authorization(24, service, web.tenant, limits));
        }
        if let Some(url) = web.public_url {
            self.attempts.push(services::public(27, url, web.public_ca_file, limits));
        }
    }

    fn init(&mut self, init: Init) {
        let target = format!("{}@{}:{}/{}", init.user, init.host, init.port, init.database);
        self.attempts.push(tries::schema(23, target, init.server(), self.limits));
    }

    fn init_tenant(&mut self, init: InitTenant) {
        let target = format!("{}@{}:{}/{}", init.user, init.host, init.port, init.database);
        let tenant = tries::TenantName::known(&init.tenant);
        self.attempts.push(tries::tenant_database(6, target, init.server(), tenant, self.limits));
    }
}
