//! Stories in a small notation of timelines: records in, items out. Each also checks that batching, order of brains
//! and checkpoints in between change nothing.

mod calls;
mod campaigns;
mod changes;
mod groups;
mod links;
mod logins;
mod media;
mod properties;
mod queues;
mod statuses;
mod tale;
