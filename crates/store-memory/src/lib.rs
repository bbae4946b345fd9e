//! Every store port, from memory.
