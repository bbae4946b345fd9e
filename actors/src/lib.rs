//! The actors: mailboxes around the brains.
