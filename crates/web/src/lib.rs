//! HTTP and WebSocket edge: the API under `/api/v1`, the stream, the pages.
//!
//! **Invariant:** nothing is answered about an object that the viewer may not see; every route but `/session`,
//! `/meta` and the pages asks for a session first.

mod settings;
mod start;

pub use actors::web::{Library, StatInfo};
pub use settings::{Ports, Tls, WebSettings};
pub use start::{Web, WebError, start};
