//! What Pulse needs from outside, as traits.
