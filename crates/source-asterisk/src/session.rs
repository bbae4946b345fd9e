//! x
/// d
#[derive(Debug)]
pub struct Delivery;
/// d
pub trait Output {}
/// d
#[derive(Debug)]
pub struct Settings;
/// d
pub fn run() {}
