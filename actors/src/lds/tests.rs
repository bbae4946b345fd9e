//! Stories of the whole LDS.
