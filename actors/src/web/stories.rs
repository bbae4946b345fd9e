//! Stories of hub, boards and sessions together, in paused time.
