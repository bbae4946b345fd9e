//! Links between roles over TCP and TLS.
