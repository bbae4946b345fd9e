//! Asterisk by its Manager Interface: bytes in, event records out.
