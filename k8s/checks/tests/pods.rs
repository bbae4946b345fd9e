//! What every pod of every overlay keeps to, and that a current Kubernetes knows all that is written.
#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use common::{build, k8s, root};
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

const OVERLAYS: [&str; 3] = ["demo", "laptop", "production"];
/// Components that no overlay takes, on which one they are tried, and what of them must be seen.
const BESIDES: [(&str, &str, &str); 6] = [
    ("production", "openshift", "kind: Route"),
    ("demo", "kubernetes-1.20", "policy/v1beta1"),
    ("production", "monitoring-events", "EventsLost"),
    ("laptop", "monitoring-tenant", "ConfigurationInvalid"),
    ("production", "monitoring-stores", "RedisEvictions"),
    ("production", "monitoring-certificates", "CertExpiry"),
];

#[derive(Debug, Deserialize)]
struct Object {
    kind: String,
    metadata: Metadata,
    #[serde(default)]
    spec: Value,
    #[serde(default)]
    data: BTreeMap<String, String>,
    #[serde(default, rename = "automountServiceAccountToken")]
    automount: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
struct Metadata {
    #[serde(default)]
    name: String,
    #[serde(default)]
    labels: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
struct Template {
    metadata: Metadata,
    spec: Pod,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Pod {
    service_account_name: String,
    automount_service_account_token: bool,
    enable_service_links: bool,
    termination_grace_period_seconds: u64,
    security_context: PodSecurity,
    containers: Vec<Container>,
    #[serde(default)]
    volumes: Vec<Volume>,
    #[serde(default)]
    host_network: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PodSecurity {
    run_as_non_root: bool,
    run_as_user: Option<u32>,
    seccomp_profile: Seccomp,
}

#[derive(Debug, Deserialize)]
struct Seccomp {
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Container {
    image: String,
    #[serde(default)]
    args: Vec<String>,
    #[serde(default)]
    env: Vec<Variable>,
    startup_probe: Option<Value>,
    readiness_probe: Option<Value>,
    liveness_probe: Option<Value>,
    resources: Resources,
    security_context: ContainerSecurity,
}

#[derive(Debug, Deserialize)]
struct Variable {
    name: String,
    value: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Resources {
    requests: BTreeMap<String, String>,
    limits: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ContainerSecurity {
    allow_privilege_escalation: bool,
    read_only_root_filesystem: bool,
    capabilities: Capabilities,
}

#[derive(Debug, Deserialize)]
struct Capabilities {
    drop: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Volume {
    name: String,
    secret: Option<Value>,
    config_map: Option<Named>,
    host_path: Option<Value>,
}

#[derive(Debug, Deserialize)]
struct Named {
    name: String,
}

struct Built {
    name: String,
    text: String,
    objects: Vec<Object>,
}

impl Built {
    fn of_kind(&self, kind: &str) -> impl Iterator<Item = &Object> {
        self.objects.iter().filter(move |object| object.kind == kind)
    }

    fn workloads(&self) -> impl Iterator<Item = (&Object, Template)> {
        let runs = |object: &&Object| ["Deployment", "StatefulSet", "Job"].contains(&object.kind.as_str());
        self.objects.iter().filter(runs).map(|object| {
            let template = serde_json::from_value(object.spec["template"].clone());
            (
                object,
                template.unwrap_or_else(|error| panic!("{} of {}: {error}", object.metadata.name, self.name)),
            )
        })
    }
}

fn objects(text: &str) -> Vec<Object> {
    serde_yaml_ng::Deserializer::from_str(text)
        .map(|document| Object::deserialize(document).unwrap())
        .collect()
}

/// All overlays, and those components that none of them takes; none where kustomize is missing.
fn all() -> Vec<Built> {
    let mut built = Vec::new();
    for overlay in OVERLAYS {
        let Some(text) = build(&k8s(&format!("overlays/{overlay}"))) else { return Vec::new() };
        built.push(Built { name: overlay.to_owned(), objects: objects(&text), text });
    }
    for (overlay, component, seen) in BESIDES {
        let folder = with_component(overlay, component);
        let text = build(folder.path()).unwrap();
        assert!(text.contains(seen), "{component} does nothing");
        built.push(Built { name: format!("{overlay} with {component}"), objects: objects(&text), text });
    }
    built
}

/// An overlay with one more component, in a folder within the tree (kustomize takes no absolute paths).
fn with_component(overlay: &str, component: &str) -> tempfile::TempDir {
    let target = root().join("target");
    std::fs::create_dir_all(&target).unwrap();
    let folder = tempfile::Builder::new().prefix("overlay").tempdir_in(target).unwrap();
    let text = format!(
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [../../k8s/overlays/{overlay}]\n\
         components: [../../k8s/components/{component}]\n"
    );
    std::fs::write(folder.path().join("kustomization.yaml"), text).unwrap();
    folder
}

#[test]
fn pods_may_nothing_that_they_need_not() {
    for built in all() {
        let is_openshift = built.name.contains("openshift");
        let mut pods = 0;
        for (object, template) in built.workloads() {
            let (name, pod) = (format!("{} of {}", object.metadata.name, built.name), &template.spec);
            assert!(pod.security_context.run_as_non_root, "{name} may be root");
            assert_eq!(pod.security_context.run_as_user.is_none(), is_openshift, "{name}: user");
            assert_ne!(pod.security_context.run_as_user, Some(0), "{name}");
            assert_eq!(pod.security_context.seccomp_profile.kind, "RuntimeDefault", "{name}");
            assert!(
                !pod.automount_service_account_token && !pod.enable_service_links && !pod.host_network,
                "{name}"
            );
            let account =
                built.of_kind("ServiceAccount").find(|it| it.metadata.name == pod.service_account_name);
            assert_eq!(account.and_then(|account| account.automount), Some(false), "{name}: its account");
            assert!(pod.volumes.iter().all(|volume| volume.host_path.is_none()), "{name} sees the node");
            for container in &pod.containers {
                let may = &container.security_context;
                assert!(may.read_only_root_filesystem && !may.allow_privilege_escalation, "{name}");
                assert_eq!(may.capabilities.drop, ["ALL"], "{name}");
                for key in ["cpu", "memory"] {
                    let Resources { requests, limits } = &container.resources;
                    assert!(requests.contains_key(key) && limits.contains_key(key), "{name}: {key}");
                }
                assert!(
                    !container.image.ends_with(":latest"),
                    "{name}: an image that changes under one's feet"
                );
            }
            pods += 1;
        }
        assert!(pods >= 7, "{}: {pods} workloads", built.name);
    }
}

#[test]
fn no_manifest_holds_a_secret() {
    for built in all() {
        assert_eq!(built.of_kind("Secret").count(), 0, "{}", built.name);
        for (object, template) in built.workloads() {
            for variable in template.spec.containers.iter().flat_map(|container| &container.env) {
                let is_literal = variable.value.is_some() && !variable.name.ends_with("_FILE");
                let sounds_secret =
                    ["PASSWORD", "TOKEN", "SECRET", "KEY"].iter().any(|word| variable.name.contains(word));
                assert!(!(is_literal && sounds_secret), "{}: {}", object.metadata.name, variable.name);
            }
            // What a pod must know it reads from files, of a Secret of its own name.
            let of_role = |volume: &&Volume| volume.name == "secrets";
            for volume in template.spec.volumes.iter().filter(of_role) {
                assert!(volume.secret.is_some(), "{}", object.metadata.name);
            }
        }
        for map in built.of_kind("ConfigMap") {
            for text in map.data.values() {
                let told = text.lines().filter(|line| !line.trim_start().starts_with('#'));
                let told =
                    told.filter(|line| line.contains("password =") || line.contains("token =")).count();
                assert_eq!(told, 0, "{} of {}", map.metadata.name, built.name);
            }
        }
    }
}

#[test]
fn a_pod_is_asked_how_it_is_and_given_time_to_end() {
    for built in all() {
        for (object, template) in built.workloads().filter(|(object, _)| object.kind != "Job") {
            let name = format!("{} of {}", object.metadata.name, built.name);
            let role = &template.metadata.labels["app.kubernetes.io/name"];
            for container in &template.spec.containers {
                let probes =
                    [&container.startup_probe, &container.readiness_probe, &container.liveness_probe];
                assert!(probes.iter().all(|probe| probe.is_some()), "{name}: probes");
                if container.args.contains(&"--settings".to_owned()) {
                    let asked =
                        probes.map(|probe| probe.as_ref().unwrap()["httpGet"]["path"].as_str().unwrap());
                    assert_eq!(asked, ["/started", "/ready", "/alive"], "{name}");
                }
            }
            let grace = template.spec.termination_grace_period_seconds;
            assert!(grace > drain(&built, &template) || role == "simulator", "{name}: {grace} s");
            let is_guarded =
                |budget: &&Object| budget.spec["selector"]["matchLabels"]["app.kubernetes.io/name"] == **role;
            assert_eq!(
                built.of_kind("PodDisruptionBudget").filter(is_guarded).count(),
                1,
                "{name}: its budget"
            );
            if object.kind == "StatefulSet" && !["postgres", "redis"].contains(&role.as_str()) {
                assert_eq!(object.spec["podManagementPolicy"], "Parallel", "{name}");
            }
            if ["lds", "lds-vq", "dcu"].contains(&role.as_str()) {
                let service =
                    built.of_kind("Service").find(|service| service.metadata.name == *role).unwrap();
                assert_eq!(service.spec["clusterIP"], "None", "{name}: peers need the names of its pods");
                assert_eq!(object.spec["serviceName"], **role, "{name}");
            }
        }
    }
}

/// How long the role may take to end, from its settings; stores have no settings of ours.
fn drain(built: &Built, template: &Template) -> u64 {
    let settings = template.spec.volumes.iter().find(|volume| volume.name == "settings");
    let Some(map) = settings.and_then(|volume| volume.config_map.as_ref()) else { return 10 };
    let map = built.of_kind("ConfigMap").find(|it| it.metadata.name == map.name).unwrap();
    let drains =
        map.data.values().flat_map(|text| text.lines()).filter_map(|line| line.strip_prefix("drain = \""));
    let seconds = drains.filter_map(|rest| rest.trim_end_matches('"').strip_suffix('s')?.parse().ok()).max();
    seconds.unwrap_or(10)
}

#[test]
fn every_pod_is_under_a_policy_and_nothing_else_is_open() {
    for built in all() {
        let everybody =
            built.of_kind("NetworkPolicy").find(|policy| policy.metadata.name == "deny-all").unwrap();
        assert_eq!(everybody.spec["podSelector"], serde_json::json!({}));
        assert!(everybody.spec.get("egress").is_none() && everybody.spec.get("ingress").is_none());
        let named: BTreeSet<&str> =
            built.of_kind("NetworkPolicy").map(|policy| policy.metadata.name.as_str()).collect();
        for (object, template) in built.workloads() {
            let role = &template.metadata.labels["app.kubernetes.io/name"];
            assert!(
                named.contains(role.as_str()),
                "{} of {} has no policy",
                object.metadata.name,
                built.name
            );
        }
    }
}

#[test]
fn settings_change_their_name_with_their_content() {
    for built in all() {
        for (object, template) in built.workloads() {
            for volume in template.spec.volumes.iter().filter(|volume| volume.name == "settings") {
                let name = &volume.config_map.as_ref().unwrap().name;
                let hash = name.rsplit('-').next().unwrap();
                assert!(hash.len() == 10 && !hash.contains("settings"), "{}: {name}", object.metadata.name);
                assert!(built.of_kind("ConfigMap").any(|map| map.metadata.name == *name), "{name}");
            }
        }
    }
}

/// Where `scripts/preflight test` puts the schemas.
fn validator() -> Option<PathBuf> {
    let own = root().join("target/kubernetes-schemas/bin/kubernetes-validate");
    let found = [own, PathBuf::from("kubernetes-validate")].into_iter().find(|program| {
        Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
    });
    if found.is_none() {
        eprintln!("skipped, kubernetes-validate was not found (scripts/preflight test installs it): schemas");
    }
    found
}

#[test]
fn a_current_kubernetes_knows_every_field() {
    let Some(validator) = validator() else { return };
    let folder = tempfile::tempdir().unwrap();
    for built in all().iter().filter(|built| !built.name.contains("kubernetes-1.20")) {
        let valid = validate(&validator, folder.path(), &built.text);
        assert!(valid.is_ok(), "{}: {}", built.name, valid.unwrap_err());
    }
    // The check itself can fail.
    let wrong = "apiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec: {portz: []}\n";
    assert!(validate(&validator, folder.path(), wrong).unwrap_err().contains("portz"));
}

fn validate(validator: &Path, folder: &Path, text: &str) -> Result<(), String> {
    let file = folder.join("objects.yaml");
    std::fs::write(&file, text).unwrap();
    let output =
        Command::new(validator).args(["--strict", "--quiet", "--no-warn"]).arg(&file).output().unwrap();
    let told =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    if output.status.success() { Ok(()) } else { Err(told) }
}
