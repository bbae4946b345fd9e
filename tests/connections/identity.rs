//! The web asks an authorization service who somebody is (row 24), and a configuration service which objects there are
//! (row 25).

use crate::process::{http, http_with};
use crate::provider::{CLIENT, Provider, SECRET};
use crate::rows::{missed, works};
use crate::world::{World, alone};
use serde_json::Value;
use test_servers::skipped;

/// A deployment whose web knows people by the provider, and objects by the tenant role's HTTP.
pub(crate) fn world_with_provider() -> Result<(World, Provider), String> {
    let (world, provider) = strangers()?;
    let token = world.path("tenant-http-token");
    let port = world.ports.tenant_http;
    know(
        &world,
        &provider,
        &format!("url = \"http://127.0.0.1:{port}\"\ntoken_file = \"{}\"", token.display()),
    );
    Ok((world, provider))
}

/// A deployment and a provider that do not know each other yet.
fn strangers() -> Result<(World, Provider), String> {
    let world = World::start()?;
    let back = format!("http://127.0.0.1:{}/api/v1/session/return", world.ports.web);
    let provider = Provider::start(&world.redis.ca_file, back)?;
    Ok((world, provider))
}

/// The web begins anew, knowing the provider, and the configuration service by those settings.
fn know(world: &World, provider: &Provider, configuration: &str) {
    let secret = world.file("client-secret", SECRET);
    drop(world.web.borrow_mut().take());
    world.start_web_with(
        &format!("public_url = \"http://127.0.0.1:{}\"\n", world.ports.web),
        &format!(
            "[identity]\nissuer = \"{}\"\nclient_id = \"{CLIENT}\"\nclient_secret_file = \"{}\"\nca_file = \"{}\"\n\
             token_holds = \"1s\"\npatience = \"2s\"\n\
             roles = {{ admin = [\"cc-admins\"], viewer = [\"cc-staff\"] }}\n\
             [configuration]\n{configuration}\ncheck_every = \"500ms\"\n",
            provider.issuer(),
            secret.display(),
            provider.ca_file.display(),
        ),
    );
    Provider::until("the web is ready", || world.ready(world.ports.web_metrics).then_some(()));
}

fn session(world: &World, cookie: &str) -> Option<Value> {
    let (head, body) = http(world.ports.web, "GET", "/api/v1/session", cookie, "")?;
    head.contains(" 200 ").then(|| serde_json::from_str(&body).unwrap())
}

#[test]
fn connection_24_the_authorization_service_tells_who_somebody_is() {
    let _turn = alone();
    let (world, mut provider) = match world_with_provider() {
        Ok(started) => started,
        Err(why) => return skipped(&why),
    };
    println!("24: web -> node-oidc-provider at {}, TLS by its own authority", provider.issuer());
    let said = works(&world, 24);
    assert!(said["tries"][0]["seen"].as_str().unwrap().starts_with("TLS, knows pulse_client"), "{said}");
    let begin = format!("http://127.0.0.1:{}/api/v1/session/begin?to=%2Fqueues", world.ports.web);

    let (ended, cookie) = provider.visit(&begin, "ann");
    assert!(ended.ends_with("/queues"), "one comes back to where one wanted to go: {ended}");
    let who = session(&world, &cookie.unwrap()).expect("Ann is signed in");
    assert_eq!((who["user"].as_str(), who["name"].as_str()), (Some("ann"), Some("Ann")));
    assert_eq!(who["roles"], serde_json::json!(["admin"]));

    let (_, cookie) = provider.visit(&begin, "vic");
    assert_eq!(session(&world, &cookie.unwrap()).unwrap()["roles"], serde_json::json!(["viewer"]));
    let (ended, cookie) = provider.visit(&begin, "eve");
    assert!(ended.ends_with("/?sign-in=refused") && cookie.is_none(), "{ended}: no role, no session");

    // An answer that belongs to no sign-in of this browser begins no session.
    let forged = "/api/v1/session/return?code=abc&state=def";
    let (head, _) = http(world.ports.web, "GET", forged, "", "").unwrap();
    assert!(head.contains("sign-in=refused") && !head.contains("pulse_session="), "{head}");

    // Passwords are of no use here.
    let password = r#"{"user":"admin","password":"a first password"}"#;
    let (head, _) = http(world.ports.web, "POST", "/api/v1/session", "", password).unwrap();
    assert!(head.contains(" 403 "), "{head}");

    // Tokens that the provider does not know are nobody's.
    let bearer = |token: &str| {
        let headers = format!("authorization: Bearer {token}\r\n");
        http_with(world.ports.web, "GET", "/api/v1/session", &headers, "").unwrap().0
    };
    assert!(bearer("made-up").contains(" 401 "));
    // Those that it has given are, until it takes them back.
    let token = provider.token_of("ann");
    let headers = format!("authorization: Bearer {token}\r\n");
    let (head, body) = http_with(world.ports.web, "GET", "/api/v1/session", &headers, "").unwrap();
    let who: Value = serde_json::from_str(&body).unwrap();
    assert!(head.contains(" 200 ") && who["roles"] == serde_json::json!(["admin"]), "{head} {body}");
    provider.ask("/token/revocation", &[format!("token={token}")]);
    Provider::until("a token that was taken back is nobody's", || {
        bearer(&token).contains(" 401 ").then_some(())
    });

    // The provider gone: nobody new comes in, and is told why; back with other keys, they do.
    let before_the_stop = provider.keys();
    provider.stop();
    missed(&world, 24, "unreachable", "can't connect");
    let (head, _) = http(world.ports.web, "GET", "/api/v1/session/begin", "", "").unwrap();
    let known = head.contains("sign-in=unreachable") || head.contains(&provider.issuer());
    assert!(known, "{head}");
    assert!(bearer("made-up-too").contains(" 503 "));
    provider.run();
    assert!(provider.keys().iter().all(|key| !before_the_stop.contains(key)), "it signs with other keys");
    let (_, cookie) = provider.visit(&begin, "ann");
    assert!(session(&world, &cookie.expect("signed in by new keys")).is_some());
}

#[test]
fn connection_25_the_configuration_service_tells_which_objects_there_are() {
    let _turn = alone();
    let (world, provider) = match world_with_provider() {
        Ok(started) => started,
        Err(why) => return skipped(&why),
    };
    println!("25: web -> the tenant role's HTTP at 127.0.0.1:{}", world.ports.tenant_http);
    let said = works(&world, 25);
    assert!(said["tries"][0]["seen"].as_str().unwrap().contains("tells 80 agents"), "{said}");
    let begin = format!("http://127.0.0.1:{}/api/v1/session/begin", world.ports.web);
    let cookie = provider.visit(&begin, "ann").1.unwrap();
    let found = |search: &str| {
        let path = format!("/api/v1/objects?type=Queue&search={search}");
        let (_, body) = http(world.ports.web, "GET", &path, &cookie, "")?;
        let answer: Value = serde_json::from_str(&body).ok()?;
        Some(
            answer["objects"]
                .as_array()?
                .iter()
                .map(|line| line["name"].as_str().unwrap().to_owned())
                .collect(),
        )
    };
    // A queue that no event ever named, and no statistic asks for.
    let never = |text: String| {
        let queue =
            "[[dn]]\nnumber = \"8999\"\nswitch = \"sw1\"\ntype = \"Queue\"\nname = \"Never called\"\n";
        format!("{text}\n{queue}")
    };
    world.configure(never);
    let is = |names: Option<Vec<String>>| names.is_some_and(|names| names == ["Never called"]);
    Provider::until("a new queue is found by name", || is(found("never")).then_some(()));

    // The service gone: what it told stays; back, changes come again.
    drop(world.tenant.borrow_mut().take());
    Provider::until("the web notices", || {
        (world.metric(world.ports.web_metrics, "pulse_configuration_up") == Some(0.0)).then_some(())
    });
    assert!(is(found("never")));
    missed(&world, 25, "unreachable", "can't connect");
    world.start_tenant();
    Provider::until("the service is back", || {
        (world.metric(world.ports.web_metrics, "pulse_configuration_up") == Some(1.0)).then_some(())
    });
}

#[test]
fn the_configuration_service_may_ask_for_a_token_that_the_provider_gives_programs() {
    let _turn = alone();
    let (world, provider) = match strangers() {
        Ok(started) => started,
        Err(why) => return skipped(&why),
    };
    let target = format!("http://127.0.0.1:{}", world.ports.tenant_http);
    let guard = provider.guard(&target, &world.path("tenant-http-token"));
    let scopes = "scopes = [\"configuration\"]";
    know(&world, &provider, &format!("url = \"http://127.0.0.1:{}\"\n{scopes}", guard.port));
    Provider::until("the configuration is there", || {
        (world.metric(world.ports.web_metrics, "pulse_configuration_up") == Some(1.0)).then_some(())
    });
    assert!(guard.has_let_in(CLIENT));
}
