//! The settings in k8s/ are settings of their roles.

use super::postgres::{Init, InitTenant};
use super::tenant::TenantService;
use super::{Dcu, Lds, Web};
use std::path::{Path, PathBuf};

fn file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("k8s").join(path)
}

#[test]
fn settings_in_the_manifests_are_those_of_their_roles() {
    for (path, service) in [("base/lds/lds.toml", "lds"), ("base/lds-vq/lds-vq.toml", "lds-vq")] {
        let lds = Lds::load(Some(&file(path))).unwrap();
        assert_eq!(lds.service, service);
        assert!(lds.tls.tls(lds.listen).unwrap().is_some_and(|tls| tls.client_authority.is_some()), "{path}");
        assert!(lds.token_file.is_some() && lds.tenant_token_file.is_some(), "{path}");
    }
    for (path, upstreams) in [("base/dcu/dcu.toml", 2), ("components/without-virtual-queues/dcu.toml", 1)] {
        let dcu = Dcu::load(Some(&file(path))).unwrap();
        assert_eq!(dcu.lds.len(), upstreams, "{path}");
        assert!(dcu.lds.iter().all(|lds| lds.tls().unwrap().is_some()), "{path}: a link in clear");
        assert!(!dcu.redis.plaintext && dcu.redis.password_file.is_some(), "{path}");
    }
    let web = Web::load(Some(&file("base/web/web.toml"))).unwrap();
    assert!(web.behind_proxy && !web.redis.plaintext && web.first_password_file.is_some());
    let init = Init::load(Some(&file("base/init/init.toml"))).unwrap();
    assert_eq!(init.logins().len(), 4);
    assert!(InitTenant::load(Some(&file("base/init-tenant/init-tenant.toml"))).unwrap().ca_file.is_some());
    let tenant = TenantService::load(Some(&file("components/tenant/tenant.toml"))).unwrap();
    assert!(tenant.tls_certificate.is_some() && tenant.token_file.is_some());
}

#[test]
fn the_demo_on_kubernetes_has_the_tenant_of_its_scenario() {
    let text = include_str!("../../k8s/overlays/demo/simulator.toml");
    let scenario = scenario::Scenario::from_toml(text).unwrap();
    let tenant = scenario::World::new(&scenario, 1, model::time::Micros::ZERO).unwrap().tenant();
    let written = include_str!("../../k8s/overlays/demo/tenant.toml");
    assert!(
        written == toml::to_string(&tenant).unwrap(),
        "k8s/overlays/demo/tenant.toml is old: run `make manifests`"
    );
}
