//! Interactions come, wait, are offered or taken, handled, handed on, kept for later, and end.

use super::MediaWorld;
use super::state::{Due, Item, Ix, Stage};
use super::truth::{AreaTruth, ChannelTruth, VirtualTruth};
use crate::chance::span;
use model::record::Event;
use model::{Micros, Text};

/// An offer that nobody answers is taken back after so many seconds.
const REVOKED_AFTER: f64 = 30.0;

impl MediaWorld {
    pub(super) fn expect_arrival(&mut self, queue: usize) {
        let per_hour = self.queues[queue].set.per_hour * self.plan.curve_max;
        if per_hour > 0.0 {
            let pause = self.chance.exponential(3600.0 / per_hour);
            self.plan_in(pause, Due::Arrive(queue));
        }
    }

    pub(super) fn arrive(&mut self, queue: usize) {
        self.expect_arrival(queue);
        let share = self.plan.arrivals(self.now) / self.plan.curve_max;
        if !self.chance.happens(share) {
            return;
        }
        self.made += 1;
        let ix = self.made;
        let id = Text::from(format!("i{:08x}{:08x}", self.start.secs() as u32, ix as u32));
        let (stage, entered) = (Stage::Waiting, self.now);
        let item = Item { id, queue, stage, step: 0, in_bin: false, entered, virtual_since: None };
        self.items.insert(ix, item);
        self.tell_submitted(ix);
        self.enter(ix, queue, None);
        if let Some(patience) = self.queues[queue].set.patience {
            let patience = self.chance.exponential(patience.as_secs_f64()) + 3.0;
            self.plan_in(patience, Due::GiveUp(ix));
        }
    }

    /// It comes to a queue, from `old`, and waits there.
    fn enter(&mut self, ix: Ix, queue: usize, old: Option<Text>) {
        let now = self.now;
        let Some(item) = self.items.get_mut(&ix) else { return };
        (item.queue, item.stage, item.in_bin, item.entered) = (queue, Stage::Waiting, false, now);
        item.step += 1;
        self.areas[queue].entered += 1;
        self.waiting[queue].insert((now, ix));
        let name = self.queues[queue].set.name.clone();
        self.tell_placed(Event::PlacedInQueue, ix, name, old);
        if self.queues[queue].set.virtual_queue.is_some() {
            if let Some(item) = self.items.get_mut(&ix) {
                item.virtual_since = Some(now);
            }
            self.virtuals[queue].entered += 1;
            self.tell_virtual(Event::Queued, ix, None);
        }
        let pause = self.chance.between(0.1, 0.8);
        self.plan_in(pause, Due::Match(queue));
    }

    /// The one that has waited longest goes to who has most room.
    pub(super) fn match_queue(&mut self, queue: usize) {
        let Some(&(_, ix)) = self.waiting[queue].first() else { return };
        let media = self.queues[queue].set.media.clone();
        let serves = |agent: &usize| self.queues[queue].teams.contains(&self.plan.people[*agent].team);
        let free = (0..self.seats.len()).filter(serves).filter(|agent| self.is_free(*agent, &media));
        let Some(agent) = free.max_by_key(|agent| (self.room(*agent, &media), usize::MAX - agent)) else {
            return;
        };
        self.leave_queue(ix, agent);
        if self.queues[queue].set.pulled {
            self.tell_taken(Event::TakenFromQueue, ix, self.area_of(ix), true);
            self.channel(agent, &media).pulled += 1;
            self.begin_handling(ix, agent);
        } else {
            self.tell_taken(Event::TakenFromQueue, ix, self.area_of(ix), false);
            self.offer(ix, agent, &media);
        }
        self.plan_in(0.3, Due::Match(queue));
    }

    /// It waits no longer in its queue; who took it decides which books that goes into.
    fn leave_queue(&mut self, ix: Ix, agent: usize) {
        let now = self.now;
        let Some(item) = self.items.get(&ix) else { return };
        let (queue, entered) = (item.queue, item.entered);
        self.waiting[queue].remove(&(entered, ix));
        let area = &mut self.areas[queue];
        if self.queues[queue].set.pulled { &mut area.pulled } else { &mut area.taken }.add(entered, now);
        self.leave_virtual(ix, Event::Diverted, Some(agent), |truth| &mut truth.distributed);
    }

    fn leave_virtual(
        &mut self,
        ix: Ix,
        event: Event,
        agent: Option<usize>,
        how: fn(&mut VirtualTruth) -> &mut crate::Waits,
    ) {
        let now = self.now;
        let Some(item) = self.items.get_mut(&ix) else { return };
        let queue = item.queue;
        if let Some(since) = item.virtual_since.take() {
            how(&mut self.virtuals[queue]).add(since, now);
            self.tell_virtual(event, ix, agent);
        }
    }

    fn offer(&mut self, ix: Ix, agent: usize, media: &Text) {
        let step = self.set_stage(ix, Stage::Offered { agent, since: self.now });
        self.seats[agent].tasks.push(ix);
        let channel = self.channel(agent, media);
        channel.offered += 1;
        channel.offers += 1;
        self.tell_party(Event::AgentInvited, ix, agent);
        match self.chance.pick([0.92, 0.05, 0.03].into_iter()) {
            0 => {
                let seconds = self.chance.exponential(4.0) + 0.5;
                self.plan_in(seconds.min(REVOKED_AFTER - 1.0), Due::Accept(ix, step));
            }
            1 => {
                let seconds = self.chance.between(1.0, 6.0);
                self.plan_in(seconds, Due::Reject(ix, step));
            }
            _ => {}
        }
        self.plan_in(REVOKED_AFTER, Due::Revoke(ix, step));
    }

    /// What was planned in the step, if it still is in it.
    fn in_step(&self, ix: Ix, step: u32) -> Option<(usize, Micros, Text)> {
        let item = self.items.get(&ix).filter(|item| item.step == step)?;
        let media = self.queues[item.queue].set.media.clone();
        match item.stage {
            Stage::Offered { agent, since } | Stage::Handled { agent, since } => Some((agent, since, media)),
            Stage::Parked { agent } => Some((agent, item.entered, media)),
            Stage::Waiting => None,
        }
    }

    pub(super) fn accept(&mut self, ix: Ix, step: u32) {
        let Some((agent, since, media)) = self.in_step(ix, step) else { return };
        let now = self.now;
        self.seats[agent].tasks.retain(|other| *other != ix);
        let channel = self.channel(agent, &media);
        channel.offered -= 1;
        channel.accepted.add(since, now);
        self.begin_handling(ix, agent);
    }

    fn begin_handling(&mut self, ix: Ix, agent: usize) {
        let Some(queue) = self.items.get(&ix).map(|item| item.queue) else { return };
        let set = &self.queues[queue].set;
        let (media, mean) = (set.media.clone(), set.handle.as_secs_f64());
        let step = self.set_stage(ix, Stage::Handled { agent, since: self.now });
        self.seats[agent].tasks.push(ix);
        self.channel(agent, &media).handled += 1;
        self.tell_party(Event::PartyAdded, ix, agent);
        let seconds = self.chance.lognormal(mean, 0.6);
        self.plan_in(seconds, Due::Finish(ix, step));
    }

    /// The offer was declined, or taken back: it waits again.
    pub(super) fn decline(&mut self, ix: Ix, step: u32, event: Event) {
        let Some((agent, since, media)) = self.in_step(ix, step) else { return };
        let now = self.now;
        self.seats[agent].tasks.retain(|other| *other != ix);
        let channel = self.channel(agent, &media);
        channel.offered -= 1;
        if event == Event::Rejected { &mut channel.rejected } else { &mut channel.revoked }.add(since, now);
        self.tell_party(event, ix, agent);
        let Some(queue) = self.items.get(&ix).map(|item| item.queue) else { return };
        self.enter(ix, queue, None);
        self.go_home_if_done(agent);
    }

    pub(super) fn finish(&mut self, ix: Ix, step: u32) {
        let Some((agent, since, media)) = self.in_step(ix, step) else { return };
        let now = self.now;
        let Some(item) = self.items.get(&ix) else { return };
        let (queue, was_in_bin) = (item.queue, item.in_bin);
        self.seats[agent].tasks.retain(|other| *other != ix);
        let channel = self.channel(agent, &media);
        channel.handled -= 1;
        channel.released.add(since, now);
        self.area(queue, was_in_bin).released.add(since, now);
        self.tell_party(Event::PartyRemoved, ix, agent);
        let set = &self.queues[queue].set;
        let kept = set.workbin.as_ref().filter(|_| !was_in_bin).map_or(0.0, |bin| bin.share);
        let moves = if self.queues[queue].to.is_some() && !was_in_bin { set.moves } else { 0.0 };
        match self.chance.pick([kept, moves, (1.0 - kept - moves).max(0.0)].into_iter()) {
            0 => self.park(ix, queue, agent),
            1 => self.hand_on(ix, queue),
            _ => self.stop(ix),
        }
        self.go_home_if_done(agent);
        self.look_around(agent);
    }

    fn hand_on(&mut self, ix: Ix, from: usize) {
        let (now, old) = (self.now, self.area_of(ix));
        let Some(to) = self.queues[from].to else { return };
        let Some(entered) = self.items.get(&ix).map(|item| item.entered) else { return };
        self.area(from, false).moved.add(entered, now);
        self.enter(ix, to, Some(old));
    }

    /// The agent keeps it in the workbin.
    fn park(&mut self, ix: Ix, queue: usize, agent: usize) {
        let (now, old) = (self.now, self.area_of(ix));
        let Some(bin) = self.queues[queue].set.workbin.clone() else { return };
        let Some(entered) = self.items.get(&ix).map(|item| item.entered) else { return };
        self.area(queue, false).moved.add(entered, now);
        let step = self.set_stage(ix, Stage::Parked { agent });
        if let Some(item) = self.items.get_mut(&ix) {
            (item.in_bin, item.entered) = (true, now);
        }
        self.area(queue, true).entered += 1;
        self.parked[queue].insert((now, ix));
        self.tell_placed(Event::PlacedInWorkbin, ix, bin.name, Some(old));
        let seconds = self.chance.exponential(bin.keep.as_secs_f64()) + 5.0;
        self.plan_in(seconds, Due::Unpark(ix, step));
    }

    /// The agent goes on with what he kept; while he can't, it stays.
    pub(super) fn unpark(&mut self, ix: Ix, step: u32) {
        let Some((agent, entered, media)) = self.in_step(ix, step) else { return };
        if !self.is_free(agent, &media) {
            return self.plan_in(60.0, Due::Unpark(ix, step));
        }
        let (now, area) = (self.now, self.area_of(ix));
        let Some(queue) = self.items.get(&ix).map(|item| item.queue) else { return };
        self.parked[queue].remove(&(entered, ix));
        self.area(queue, true).pulled.add(entered, now);
        self.channel(agent, &media).pulled += 1;
        self.tell_taken(Event::TakenFromWorkbin, ix, area, true);
        self.begin_handling(ix, agent);
    }

    /// Who waits for long enough leaves; who is served already stays.
    pub(super) fn give_up(&mut self, ix: Ix) {
        let Some(item) = self.items.get(&ix).filter(|item| item.stage == Stage::Waiting) else { return };
        let (queue, entered) = (item.queue, item.entered);
        self.waiting[queue].remove(&(entered, ix));
        self.leave_virtual(ix, Event::Abandoned, None, |truth| &mut truth.abandoned);
        self.stop(ix);
    }

    fn stop(&mut self, ix: Ix) {
        let now = self.now;
        self.tell_item(Event::ProcessingStopped, ix);
        if let Some(item) = self.items.remove(&ix) {
            self.area(item.queue, item.in_bin).deleted.add(item.entered, now);
        }
    }

    fn set_stage(&mut self, ix: Ix, stage: Stage) -> u32 {
        self.items.get_mut(&ix).map_or(0, |item| {
            item.stage = stage;
            item.step += 1;
            item.step
        })
    }

    /// The name of the queue or workbin that it belongs to.
    fn area_of(&self, ix: Ix) -> Text {
        let Some(item) = self.items.get(&ix) else { return Text::default() };
        let set = &self.queues[item.queue].set;
        match &set.workbin {
            Some(bin) if item.in_bin => bin.name.clone(),
            _ => set.name.clone(),
        }
    }

    fn area(&mut self, queue: usize, in_bin: bool) -> &mut AreaTruth {
        if in_bin { &mut self.bins[queue] } else { &mut self.areas[queue] }
    }

    fn channel(&mut self, agent: usize, media: &Text) -> &mut ChannelTruth {
        self.seats[agent].media.entry(media.clone()).or_default()
    }

    pub(super) fn plan_in(&mut self, seconds: f64, due: Due) {
        self.plan_at(self.now + span(seconds), due);
    }
}
