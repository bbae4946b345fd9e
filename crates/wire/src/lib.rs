//! What travels between processes and to browsers.
