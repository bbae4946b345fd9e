//! Supervision, references that outlive restarts, the clock.
