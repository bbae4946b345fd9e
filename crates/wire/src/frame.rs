//! Frames of the links between roles (contracts, part 5).
