//! The `pulse` command.

fn main() {}
