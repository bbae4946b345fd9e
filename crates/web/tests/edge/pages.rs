//! Pages, headers, the description of the API, ports in use.

use crate::world::{World, answer};
use prometheus::Registry;

#[actix::test]
async fn every_answer_carries_the_headers_that_keep_strangers_out() {
    let world = World::start().await;
    for path in ["/", "/boards/queues", "/api/v1/meta", "/api/v1/nothing"] {
        let page = answer(world.client.get(format!("{}{path}", world.url)).send().await.unwrap()).await;
        let policy = page.header("content-security-policy");
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(page.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(page.header("referrer-policy"), "no-referrer", "{path}");
    }
}

#[actix::test]
async fn addresses_of_the_application_get_the_page_and_wrong_ones_of_the_api_do_not() {
    let world = World::start().await;
    let ask = async |path: &str| {
        answer(world.client.get(format!("{}{path}", world.url)).send().await.unwrap()).await
    };
    for path in ["/", "/queues/9001@sw1"] {
        let page = ask(path).await;
        assert!(page.status == 200 && page.header("content-type").starts_with("text/html"), "{path}");
        assert!(page.text.to_lowercase().contains("<!doctype html>"));
    }
    for path in ["/api/v1/nothing", "/api", "/assets/gone-12345678.js"] {
        let missing = ask(path).await;
        assert_eq!((missing.status, missing.json()["code"].as_str()), (404, Some("not_found")), "{path}");
    }
}

#[actix::test]
async fn the_description_names_itself_and_its_version() {
    let world = World::start().await;
    let description = world.get("/openapi.json").await.json();
    assert_eq!(description["info"]["title"], "Pulse");
    assert!(description["paths"]["/values"]["get"].is_object());
}

#[actix::test]
async fn a_port_in_use_is_told_with_cause_and_cure() {
    let world = World::start().await;
    let taken = world.web.as_ref().unwrap().addr;
    let settings = web::WebSettings { bind: taken, password_memory_kib: 64, ..web::WebSettings::default() };
    let error = web::start(settings, world.ports(), &Registry::new()).await.err().unwrap().to_string();
    assert!(error.contains(&taken.to_string()) && error.contains("another process"), "{error}");
}

#[actix::test]
async fn requests_are_counted_by_status() {
    let world = World::start().await;
    world.get("/meta").await;
    world.get("/boards").await;
    let text = telemetry::encode(&world.registry);
    assert!(text.contains("http_server_requests_seconds_count{status=\"200\"} 1"), "{text}");
    assert!(text.contains("http_server_requests_seconds_count{status=\"401\"} 1"), "{text}");
    assert!(text.contains("pulse_health_all_Boolean 0"), "{text}");
}
