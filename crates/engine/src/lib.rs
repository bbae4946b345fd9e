//! The brains of objects and statistics, driven one after the other.
