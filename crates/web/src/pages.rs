//! The pages, out of the binary: built files with long caching, `index.html` for every address of the application.

use crate::api::BASE;
use crate::error::ApiError;
use actix_web::http::Method;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use actix_web::{HttpRequest, HttpResponse};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::LazyLock;

include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// Shown when the binary was built without the pages.
const WITHOUT: &str = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Pulse</title></head><body>\
<h1>Pulse runs, its pages were not built</h1><p>The program was built without Node. Build the pages, then the program \
again:</p><pre>make ui\ncargo build</pre><p>or use <code>make run</code>, which does both. The API under \
<a href=\"/api/v1/openapi.json\">/api/v1</a> works all the same.</p></body></html>";

struct File {
    bytes: &'static [u8],
    kind: &'static str,
    tag: String,
}

static PAGES: LazyLock<BTreeMap<&'static str, File>> = LazyLock::new(|| {
    let file = |(path, bytes): &(&'static str, &'static [u8])| {
        let tag = format!("\"{}\"", hex::encode(&Sha256::digest(bytes)[..12]));
        (*path, File { bytes, kind: kind(path), tag })
    };
    FILES.iter().map(file).collect()
});

/// Names the pages that this program brings: the tag of their first one, which names all others.
pub(crate) fn build() -> &'static str {
    PAGES.get("index.html").map_or("none", |file| file.tag.trim_matches('"'))
}

fn kind(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "webmanifest" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "wasm" => "application/wasm",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// Whether the file's name holds a hash of its content, so that it never changes: `assets/index-DiwrgTda.js`.
fn is_immutable(path: &str) -> bool {
    let Some(name) = path.strip_prefix("assets/") else { return false };
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    stem.rsplit_once('-').is_some_and(|(_, hash)| hash.len() >= 8)
}

fn answer(request: &HttpRequest, path: &str, file: &'static File) -> HttpResponse {
    let cache = if is_immutable(path) { "public, max-age=31536000, immutable" } else { "no-cache" };
    let known =
        request.headers().get(IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == file.tag.as_bytes());
    let mut response = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response.insert_header((CACHE_CONTROL, cache)).insert_header((ETAG, file.tag.as_str()));
    if known {
        return response.finish();
    }
    response.insert_header((CONTENT_TYPE, file.kind)).body(file.bytes)
}

/// Any address that is not the API's.
pub(crate) async fn read(request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let path = request.path().trim_start_matches('/');
    if request.path().starts_with("/api") {
        return Err(ApiError::not_found("there is no such route").cure(format!("see {BASE}/openapi.json")));
    }
    if ![Method::GET, Method::HEAD].contains(request.method()) {
        return Ok(HttpResponse::MethodNotAllowed().finish());
    }
    if let Some(file) = PAGES.get(path) {
        return Ok(answer(&request, path, file));
    }
    // A file that is missing must not look like a page.
    if path.starts_with("assets/") {
        return Err(ApiError::not_found("there is no such file").cure("reload the page: Pulse was updated"));
    }
    match PAGES.get("index.html") {
        Some(index) => Ok(answer(&request, "index.html", index)),
        None => Ok(HttpResponse::Ok()
            .insert_header((CACHE_CONTROL, "no-store"))
            .content_type(kind(".html"))
            .body(WITHOUT)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_with_a_hash_are_kept_for_ever() {
        assert!(is_immutable("assets/index-DiwrgTda.js"));
        assert!(!is_immutable("index.html"));
        assert!(!is_immutable("assets/logo.svg"));
        assert!(!is_immutable("other/index-DiwrgTda.js"));
    }
}
