//! The load distribution server.
