//! A seeded contact centre that knows its own truth.
