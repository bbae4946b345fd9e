//! What links hand over: records, snapshots, gaps, heartbeats; and how sources stand by it.

use super::*;

impl Collector {
    pub(super) fn take_in(&mut self, link: &Text, event: LinkEvent) {
        let now = self.parts.clock.now();
        match event {
            LinkEvent::Connected(welcome) => {
                self.parts.metrics.link_up.with_label_values(&[link]).set(1);
                let served = welcome.sources.iter().map(|offer| offer.name.clone()).collect();
                self.links.insert(link.clone(), served);
                for offer in welcome.sources {
                    self.parts.merge.expect(&offer.name, now);
                    self.set_source(offer.name, SourceStatus::Starting, now, "".into());
                }
            }
            LinkEvent::Events(events) => self.take_records(events.records, now),
            LinkEvent::Snapshot(whole) => self.take_snapshot(whole, now),
            LinkEvent::Gap(notice) => {
                let received = notice.to.max(self.parts.merge.through() + Micros(1));
                let gap = Gap { from: notice.from, to: notice.to, cause: notice.cause, unsaved: false };
                self.push(gap_record(notice.source, gap, received), now);
            }
            LinkEvent::Heartbeat(heartbeat) => {
                self.parts.merge.heartbeat(&heartbeat.source, heartbeat.now, now);
                let known = self.sources.get(&heartbeat.source).map(|state| &state.status);
                if !matches!(known, Some(SourceStatus::Live | SourceStatus::Down)) {
                    self.set_source(heartbeat.source, SourceStatus::Live, now, "".into());
                }
            }
            // An LDS tells changes as records of a source.
            LinkEvent::Changes(_) => {}
            LinkEvent::Refused { text, .. } => {
                self.lose_sources(link, now, &format!("{link} refuses: {text}"))
            }
            LinkEvent::Lost { cause, .. } => {
                self.lose_sources(link, now, &format!("no link to {link}: {cause}"));
            }
        }
    }

    pub(super) fn take_records(&mut self, records: Vec<Record>, now: Micros) {
        for record in records {
            if self.hole {
                return;
            }
            self.push(record, now);
        }
    }

    pub(super) fn push(&mut self, record: Record, now: Micros) {
        let (source, position) = (record.source.clone(), record.position());
        match self.parts.merge.push(record, now) {
            Ok(()) if position.seq != 0 => self.parts.reached.set(source, position),
            Ok(()) => {}
            Err(hole) => {
                tracing::warn!(source.name = %source, ?hole, "a record of {source} is missing; asking for it again");
                self.hole = true;
            }
        }
    }

    /// The whole state instead of records: what lay between is lost, which a gap tells.
    pub(super) fn take_snapshot(&mut self, whole: Whole, now: Micros) {
        let whole = match whole.into_record() {
            Ok(record) => return self.push(record, now),
            Err(made_for_us) => made_for_us,
        };
        let Whole { source, position, snapshot, .. } = whole;
        if is_blank(&snapshot) {
            // It would begin the world in 1970.
            self.parts.merge.jump(&source, position, now);
            self.parts.reached.set(source, position);
            return;
        }
        let through = self.parts.merge.through();
        let received = snapshot.taken.max(through + Micros(1));
        let known = self.parts.merge.positions().get(&source).copied().unwrap_or_default();
        if known.seq != 0 && known != position {
            let gap = Gap {
                from: through,
                to: received,
                cause: "records are no longer kept".into(),
                unsaved: false,
            };
            self.push(gap_record(source.clone(), gap, received), now);
        }
        self.parts.merge.jump(&source, position, now);
        self.parts.reached.set(source.clone(), position);
        self.push(snapshot_record(source, snapshot, received), now);
    }

    /// A link is away: its sources stall by themselves, people are told why. What comes over another link as well goes on.
    pub(super) fn lose_sources(&mut self, link: &Text, now: Micros, detail: &str) {
        self.parts.metrics.link_up.with_label_values(&[link]).set(0);
        let Some(served) = self.links.remove(link) else { return };
        let elsewhere: BTreeSet<Text> = self.links.values().flatten().cloned().collect();
        for source in served.difference(&elsewhere) {
            self.set_source(source.clone(), SourceStatus::Stalled, now, detail.into());
        }
    }

    /// Sources whose past is read again over a link, and those that only come by themselves. One that is silent while its
    /// link is up is among them: its past counts all the same.
    pub(in crate::dcu) fn replayable(&self) -> (Vec<Text>, Vec<Text>) {
        let is_linked = |source: &Text| self.links.values().any(|served| served.contains(source));
        let is_pushed = |source: &Text| {
            let mut links = self.links.iter().filter(|(_, served)| served.contains(source));
            is_linked(source) && links.all(|(link, _)| link.starts_with(PUSHED))
        };
        let is_there = |source: &&Text| self.parts.merge.is_live(source) || is_linked(source);
        self.parts.source_names.iter().filter(is_there).cloned().partition(|source| !is_pushed(source))
    }

    /// What a back-fill that has come to `positions` has not seen of what was processed here; only a source that is away
    /// may be missed altogether.
    pub(super) fn missed_in(&self, positions: &Positions) -> Option<String> {
        let merge = &self.parts.merge;
        let processed = merge.released();
        let mut short = processed.iter().filter(|(source, there)| match positions.get(*source) {
            Some(position) => position < there,
            None => merge.is_live(source) && self.parts.source_names.contains(source),
        });
        short.next().map(|(source, there)| {
            let seen = positions.get(source).copied().unwrap_or_default();
            format!(
                "of {source} it has seen {}/{} only, not {}/{}",
                seen.epoch, seen.seq, there.epoch, there.seq
            )
        })
    }

    /// Sources say themselves when their PBX comes and goes.
    pub(super) fn note_links(&mut self, records: &[Record]) {
        for record in records {
            let status = match record.event {
                Event::LinkConnected | Event::ServerConnected => SourceStatus::Live,
                Event::LinkDisconnected | Event::ServerDisconnected => SourceStatus::Down,
                _ => continue,
            };
            let detail = if status == SourceStatus::Down { "the link to the PBX is down" } else { "" };
            self.set_source(record.source.clone(), status, record.received, detail.into());
        }
    }

    pub(super) fn set_source(&mut self, source: Text, status: SourceStatus, since: Micros, detail: Text) {
        let state = SourceState { source: source.clone(), status, since, detail };
        let changed = self
            .sources
            .get(&source)
            .is_none_or(|known| known.status != state.status || known.detail != state.detail);
        if changed {
            tracing::info!(source.name = %source, status = ?state.status, detail = %state.detail, "source {source} is {:?}", state.status);
            self.sources.insert(source, state);
            self.press.sources = self.sources.values().cloned().collect();
        }
    }
}
