//! HTTP and WebSocket edge: the API under `/api/v1`, the stream, the pages.
//!
//! **Invariant:** nothing is answered about an object that the viewer may not see; every route but `/session`,
//! `/meta`, `/shared`, `/shared/pairing` and the pages asks for a session first; those below `/shared` ask for a link.

mod alerts;
mod api;
mod app;
mod audit;
mod auth;
mod error;
mod pages;
mod pairing;
mod settings;
mod share;
mod start;
mod state;
mod stream;
mod walls;
mod widgets;

pub use actors::web::boards::Board;
pub use actors::web::{Library, StatInfo};
pub use auth::{Proxies, ResetError, reset_password};
pub use error::Problem;
pub use settings::{Ports, Tls, WebSettings};
pub use start::{Web, WebError, register_metrics, start};
