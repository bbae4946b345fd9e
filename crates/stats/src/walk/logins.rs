//! Logins and logouts as statuses tell them, for intervals that begin with them (rules TP-12, Q-37).

use super::{Scene, Walk, each_seat};
use crate::batch::Batch;
use crate::family::Family;
use model::Status;
use model::item::{Item, What};
use std::iter::Peekable;
use std::slice::Iter;

/// The statuses of a batch, each with the place of the first item of its instant: a login holds for all of it,
/// though the status is told at its end.
pub(super) struct Logins<'a> {
    items: &'a [Item],
    statuses: Peekable<Iter<'a, u32>>,
    /// The last instant that was looked for, and where it begins.
    instant: Option<(model::Micros, u32)>,
}

impl<'a> Logins<'a> {
    pub(super) fn of(batch: &'a Batch) -> Self {
        let statuses = batch.statuses.iter().peekable();
        Self { items: &batch.items().items, statuses, instant: None }
    }

    /// The next status whose instant begins at or before `place`.
    fn before(&mut self, place: u32) -> Option<&'a Item> {
        let status = &self.items[**self.statuses.peek()? as usize];
        let first = match self.instant {
            Some((at, first)) if at == status.at => first,
            _ => self.items.partition_point(|item| item.at < status.at) as u32,
        };
        self.instant = Some((status.at, first));
        if first > place {
            return None;
        }
        self.statuses.next();
        Some(status)
    }
}

impl Walk {
    /// Lets the agents log in whose instant has begun.
    pub(super) fn log_in<F: Family>(&self, scene: &mut Scene<'_, F>, logins: &mut Logins<'_>, place: u32) {
        while let Some(item) = logins.before(place) {
            let (What::Status { to }, Some(member)) = (item.what, scene.roster.member_of(item.object)) else {
                continue;
            };
            let was_out = match scene.roster.members[member as usize].status {
                Some(status) => status == Status::LoggedOut,
                // After a gap in what is known of him the same login goes on.
                None => scene.roster.sessions[member as usize].is_none_or(|(_, until)| until.is_some()),
            };
            if was_out && to != Status::LoggedOut {
                scene.roster.sessions[member as usize] = Some((item.at, None));
                each_seat(scene.roster, scene.dirty, member, |row, _| {
                    scene.family.forget(row, item.object);
                });
            }
        }
    }

    /// Takes a status in before anything else does; false if it is of no further use.
    pub(super) fn log_out<F: Family>(
        &self,
        scene: &mut Scene<'_, F>,
        item: &Item,
        to: Status,
        member: u32,
    ) -> bool {
        let member = member as usize;
        if let (Status::LoggedOut, Some((_, until @ None))) = (to, &mut scene.roster.sessions[member]) {
            *until = Some(item.at);
        }
        if !self.statuses {
            scene.roster.members[member].status = Some(to);
        }
        self.statuses
    }
}
