//! The segmented journal of event records.
