//! The actors of the web role.
