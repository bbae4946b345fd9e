//! HTTP and WebSocket edge.
