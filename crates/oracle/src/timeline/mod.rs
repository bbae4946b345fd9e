//! Random but lawful stories: a small contact centre that plays, and what its sources would say of it.
//!
//! The centre goes on while a link is down; what was not told shows in the snapshot that follows.

mod agents;
mod calls;
mod chance;
mod links;
mod odd;
mod offers;
mod stage;
mod talks;

pub use chance::Chance;
use model::tenant::Tenant;
use model::{Micros, Record};
use stage::Stage;

/// The centre in which the stories play.
pub const TENANT: &str = include_str!("tenant.toml");

/// 2026-11-23T09:00:00Z.
pub const NINE: Micros = Micros(1_795_424_400_000_000);

/// The tenant of [`TENANT`].
pub fn tenant() -> Tenant {
    Tenant::from_toml(TENANT).expect("it is valid")
}

/// The story of that seed, in processing order.
pub fn records(seed: u64) -> Vec<Record> {
    let mut stage = Stage::new(Chance::new(seed));
    let steps = 10 + stage.chance.below(if seed.is_multiple_of(8) { 200 } else { 70 });
    stage.opening();
    for _ in 0..steps {
        stage.time_passes();
        stage.step();
    }
    stage.told()
}

impl Stage {
    fn step(&mut self) {
        match self.chance.below(100) {
            0..5 => self.someone_logs_in(),
            5..8 => self.someone_logs_out(),
            8..20 => self.someone_changes_state(),
            20..34 => self.a_call_comes(),
            34..50 => self.a_waiting_call_moves(),
            50..64 => self.a_ringing_call_moves(),
            64..82 => self.a_talk_moves(),
            82..88 => self.someone_dials(),
            88..90 => self.a_hook_moves(),
            90..93 => self.a_link_moves(),
            93..97 => self.data_change(),
            _ => self.something_odd(),
        }
    }
}
