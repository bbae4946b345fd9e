//! `/log` on the operators' port: which filter the log has, and another one. Reading is for whoever may read metrics;
//! changing is for this machine, and for who shows the token of the settings.

use crate::{change_log_filter, levels, log_filter};
use actix_web::http::header::{AUTHORIZATION, HOST};
use actix_web::{HttpRequest, HttpResponse, web};
use std::net::IpAddr;

/// A filter is no longer than this.
pub(crate) const FILTER_BYTES_MAX: usize = 1024;

pub(crate) async fn tell() -> HttpResponse {
    match log_filter() {
        Some(filter) => HttpResponse::Ok().body(format!("{filter}\n")),
        None => HttpResponse::NotFound().body("this process began no log\n"),
    }
}

pub(crate) async fn change(request: HttpRequest, body: web::Bytes) -> HttpResponse {
    if !may_change(&request) {
        let text = "the log's filter is changed from this machine (127.0.0.1, ::1), or with the token of \
                    log_token_file: authorization: Bearer TOKEN\n";
        return HttpResponse::Forbidden().body(text);
    }
    let filter = String::from_utf8_lossy(&body).trim().to_owned();
    match change_log_filter(&filter) {
        Ok(before) => {
            let by = request.peer_addr().map(|peer| peer.to_string()).unwrap_or_default();
            tracing::warn!(
                by,
                before,
                filter,
                "the log's filter is `{filter}` from now on; it was `{before}`"
            );
            HttpResponse::Ok().body(format!("{filter}\n"))
        }
        Err(error) => HttpResponse::BadRequest().body(format!("{error}\n")),
    }
}

fn may_change(request: &HttpRequest) -> bool {
    let shown = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    match shown.and_then(|value| value.strip_prefix("Bearer ")) {
        Some(token) => levels::admits(token.trim()),
        None => {
            request.peer_addr().is_some_and(|peer| peer.ip().to_canonical().is_loopback())
                && is_called_here(request)
        }
    }
}

/// Whether the caller wrote an address of this machine: a name that leads here might be anybody's, in a browser's page.
fn is_called_here(request: &HttpRequest) -> bool {
    let Some(host) = request.headers().get(HOST).and_then(|host| host.to_str().ok()) else { return false };
    let unbracketed = |name: &str| name.trim_matches(['[', ']']).parse::<IpAddr>().ok();
    let port_cut = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let ip = unbracketed(host).or_else(|| unbracketed(port_cut));
    port_cut == "localhost" || ip.is_some_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn only_this_machine_by_its_address_may_change_the_log_without_a_token() {
        let may = |peer: &str, host: &str| {
            may_change(
                &TestRequest::default()
                    .peer_addr(peer.parse().unwrap())
                    .insert_header((HOST, host))
                    .to_http_request(),
            )
        };
        assert!(
            may("127.0.0.1:5", "127.0.0.1:9091")
                && may("[::1]:5", "[::1]:9091")
                && may("[::ffff:127.0.0.1]:5", "localhost")
        );
        assert!(may("[::1]:5", "::1") && may("127.0.0.1:5", "localhost:9091"));
        assert!(!may("10.0.0.7:5", "127.0.0.1:9091") && !may("10.0.0.7:5", "10.0.0.1:9091"));
        assert!(!may("127.0.0.1:5", "evil.example.org:9091"), "a page whose name was turned to this machine");
    }

    #[test]
    fn a_token_that_is_not_known_is_refused_also_from_this_machine() {
        let request = TestRequest::default()
            .peer_addr("127.0.0.1:5".parse().unwrap())
            .insert_header((HOST, "127.0.0.1:9091"))
            .insert_header((AUTHORIZATION, "Bearer guessed"));
        assert!(!may_change(&request.to_http_request()));
    }
}
