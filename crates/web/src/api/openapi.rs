//! The API's description of itself.

use crate::api::{
    BASE, access, alerts, audit, boards, debug, history, made, meta, notes, objects, pairing, people, rules,
    session, shared, shares, sharing, sign_on, statistics, templates, users, uses, values, waiting, widgets,
};
use crate::error::Problem;
use crate::stream;
use actix_web::HttpResponse;
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(
    info(title = "Pulse", description = "Values of a contact centre, live. See docs/protocol-stream.md for the stream."),
    servers((url = "/api/v1")),
    paths(
        session::sign_in, session::read, session::sign_out, sign_on::begin, sign_on::finish, meta::read, boards::list, boards::create, boards::read,
        boards::replace, boards::remove, boards::versions, sharing::read, sharing::replace, sharing::list, widgets::read, widgets::replace, access::own, access::explain,
        users::list, users::create, users::replace, users::remove, users::sign_out, people::list, people::remove, people::sign_out, audit::list, audit::table::save, audit::read, templates::list,
        templates::create, templates::check, templates::text::read, templates::read, templates::replace, templates::remove, templates::text::write,
        uses::of_template, uses::of_statistic, shares::list, shares::create, shares::replace, shares::remove, pairing::pair, pairing::begin, pairing::look,
        shared::enter, shared::read, shared::beaten, shared::board, shared::past, shared::values, shared::stream, statistics::list, objects::list, objects::sources,
        rules::list, rules::create, rules::trial::run, rules::read, rules::replace, rules::remove, alerts::list, alerts::acknowledge, alerts::snooze,
        values::read, made::read, waiting::read, history::read, notes::list, notes::create, notes::remove, stream::open, debug::actors, read
    ),
    components(schemas(Problem))
)]
struct Description;

/// This description.
#[utoipa::path(get, path = "/openapi.json", tag = "meta", responses((status = 200, description = "OpenAPI 3.1", body = Object)))]
pub(crate) async fn read() -> HttpResponse {
    let mut description = Description::openapi();
    env!("CARGO_PKG_VERSION").clone_into(&mut description.info.version);
    debug_assert!(description.servers.iter().flatten().all(|server| server.url == BASE));
    HttpResponse::Ok().json(description)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::ROUTES;
    use std::collections::BTreeSet;

    #[test]
    fn every_route_is_described_and_nothing_else() {
        let description = serde_json::to_value(Description::openapi()).unwrap();
        let paths = description["paths"].as_object().unwrap();
        let described: BTreeSet<(String, String)> = paths
            .iter()
            .flat_map(|(path, methods)| {
                methods.as_object().unwrap().keys().map(move |method| (method.clone(), path.clone()))
            })
            .collect();
        let routes: BTreeSet<(String, String)> =
            ROUTES.iter().map(|(method, path)| ((*method).to_owned(), (*path).to_owned())).collect();
        assert_eq!(described, routes);
    }
}
