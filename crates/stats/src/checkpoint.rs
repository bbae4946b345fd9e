//! Rows as checkpoints keep them: one chunk a slot, whole in itself but for the members of its groups.

use crate::family::{CellImage, Work};
use crate::roster::{Member, NONE, Note, Open, Row, Seat, Session};
use crate::statistic::Statistic;
use crate::targets::Room;
use model::object::ObjectIx;
use model::record::KeyValues;
use model::{Micros, ObjectType, SlotSet, Status, Text};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The state of a statistic that belongs to one slot. Object numbers are those of the engine that it ran in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Chunk {
    /// The slot.
    pub slot: u8,
    /// Up to which instant everything has been applied.
    pub through: Micros,
    rows: Vec<RowImage>,
    members: Vec<MemberImage>,
    groups: Vec<(ObjectIx, BTreeMap<ObjectIx, Micros>)>,
    /// What all rows share; in slot 0.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    work: Vec<Work>,
}

/// A chunk that does not fit the statistic that is to take it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChunkError {
    /// It was written for a category of another kind.
    #[error("a checkpoint's rows are of another category than the statistic: rebuild it from the journal")]
    OtherCategory,
    /// Two chunks bring the same object.
    #[error("object number {0} stands twice in a checkpoint: rebuild the statistic from the journal")]
    Twice(u32),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct RowImage {
    object: ObjectIx,
    kind: ObjectType,
    counts: bool,
    valid: bool,
    gap: Micros,
    cell: CellImage,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct MemberImage {
    object: ObjectIx,
    status: Option<Status>,
    begun: Micros,
    since: Micros,
    opens: Vec<Open>,
    /// Of the status, for filters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    note: Option<Note>,
    /// Login and logout, for intervals that begin with them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    session: Option<Session>,
    name: Option<Text>,
    reasons: Option<Arc<KeyValues>>,
    /// Channels, for targets.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    rooms: BTreeMap<Text, Room>,
    /// Of a calling list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    records: Option<u32>,
}

impl Chunk {
    /// Gives objects the numbers that they have in another engine; those that it does not know are left out.
    pub fn renumber(&mut self, number: impl Fn(ObjectIx) -> Option<ObjectIx>) {
        self.rows.retain_mut(|row| number(row.object).map(|ix| row.object = ix).is_some());
        self.work.retain_mut(|work| {
            let agent = number(work.agent);
            work.agent = agent.unwrap_or(ObjectIx::NONE);
            number(work.queue).map(|ix| work.queue = ix).is_some()
        });
        self.rows.iter_mut().for_each(|row| row.cell.renumber(&number));
        self.members.retain_mut(|member| number(member.object).map(|ix| member.object = ix).is_some());
        self.groups = std::mem::take(&mut self.groups)
            .into_iter()
            .filter_map(|(group, members)| {
                let members = members.into_iter().filter_map(|(ix, since)| Some((number(ix)?, since)));
                Some((number(group)?, members.collect()))
            })
            .collect();
    }

    /// How many objects have a row in it.
    pub fn rows(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is nothing in it to keep.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.members.is_empty() && self.groups.is_empty() && self.work.is_empty()
    }
}

impl Statistic {
    /// The slots of which a checkpoint keeps something.
    pub fn slots(&self) -> BTreeSet<u8> {
        let rows = self.roster.rows.iter().map(|row| row.slot);
        let members = self.roster.members.iter().map(|member| member.slot);
        // Groups that nobody asks for lie in slot 0, and what all rows share.
        let shared = !self.roster.groups.is_empty() || !self.families.work().is_empty();
        rows.chain(members).chain(shared.then_some(0)).collect()
    }

    /// What a checkpoint keeps of a slot.
    pub fn save(&self, slot: u8) -> Chunk {
        let roster = &self.roster;
        let mut chunk = Chunk {
            slot,
            through: self.through(),
            rows: vec![],
            members: vec![],
            groups: vec![],
            work: vec![],
        };
        if slot == 0 {
            chunk.work = self.families.work();
        }
        for (place, row) in roster.rows.iter().enumerate().filter(|(_, row)| row.slot == slot) {
            chunk.rows.push(RowImage {
                object: row.object,
                kind: row.kind,
                counts: roster.members[row.own as usize].row == place as u32,
                valid: row.valid,
                gap: row.gap,
                cell: self.families.image(place),
            });
        }
        for (place, member) in roster.members.iter().enumerate().filter(|(_, member)| member.slot == slot) {
            chunk.members.push(MemberImage {
                object: member.object,
                status: member.status,
                begun: member.begun,
                since: member.since,
                opens: roster.opens(place as u32).to_vec(),
                note: roster.notes.get(place).cloned(),
                session: roster.sessions.get(place).copied().flatten(),
                name: roster.names.get(&member.object).cloned(),
                reasons: roster.reasons.get(&(place as u32)).cloned(),
                rooms: roster.rooms.get(&(place as u32)).cloned().unwrap_or_default(),
                records: roster.records.get(&(place as u32)).copied(),
            });
        }
        for (group, members) in &roster.groups {
            // A group that nobody asks for lies in slot 0.
            let home = roster.row_of(*group).map_or(0, |row| roster.rows[row as usize].slot);
            if home == slot {
                chunk.groups.push((*group, members.clone()));
            }
        }
        chunk
    }

    /// Goes on from a checkpoint: a statistic opened as the saved one was, without rows, takes all its chunks.
    ///
    /// # Errors
    /// Chunks of another category or with an object twice; the statistic is of no use then.
    pub fn load(&mut self, chunks: &[Chunk]) -> Result<(), ChunkError> {
        for chunk in chunks {
            self.clock.move_to(chunk.through);
            chunk.members.iter().try_for_each(|image| self.load_member(chunk.slot, image))?;
        }
        for chunk in chunks {
            chunk.rows.iter().try_for_each(|image| self.load_row(chunk.slot, image))?;
        }
        for (group, members) in chunks.iter().flat_map(|chunk| &chunk.groups) {
            for (object, joined) in members {
                let (row, member) = (self.roster.row_of(*group), self.roster.member_of(*object));
                if let (Some(row), Some(member)) = (row, member) {
                    self.roster.sit(member, Seat { row, joined: *joined });
                }
            }
            self.roster.groups.insert(*group, members.clone());
        }
        chunks.iter().for_each(|chunk| self.families.load_work(&chunk.work));
        self.mark_all();
        Ok(())
    }

    /// The same without the rows of slots that are not among `slots`. What is known of members stays: groups need it,
    /// wherever they lie.
    ///
    /// # Errors
    /// As of [`load`](Self::load); none if the statistic is sound.
    pub fn only(&self, slots: SlotSet) -> Result<Self, ChunkError> {
        let chunks = self.slots().into_iter().map(|slot| {
            let mut chunk = self.save(slot);
            if !slots.has(slot) {
                chunk.rows.clear();
                if !self.watches() {
                    // Nobody but the row needs them.
                    chunk.members.clear();
                }
            }
            chunk
        });
        self.rebuilt(&chunks.collect::<Vec<_>>())
    }

    /// Takes over rows from another statistic of the same definition that has seen the same up to the same instant, with
    /// the objects' numbers here (see [`Chunk::renumber`]). Rows that are here already stay as they are.
    ///
    /// # Errors
    /// As of [`load`](Self::load); the statistic stays as it was then.
    pub fn take_over(&mut self, theirs: Vec<Chunk>) -> Result<(), ChunkError> {
        let mut all: BTreeMap<u8, Chunk> =
            self.slots().into_iter().map(|slot| (slot, self.save(slot))).collect();
        let there = |chunks: &BTreeMap<u8, Chunk>, pick: fn(&Chunk) -> Vec<ObjectIx>| {
            chunks.values().flat_map(pick).collect::<BTreeSet<ObjectIx>>()
        };
        let rows = there(&all, |chunk| chunk.rows.iter().map(|row| row.object).collect());
        let members = there(&all, |chunk| chunk.members.iter().map(|member| member.object).collect());
        let groups = there(&all, |chunk| chunk.groups.iter().map(|(group, _)| *group).collect());
        for mut chunk in theirs {
            chunk.rows.retain(|row| !rows.contains(&row.object));
            chunk.members.retain(|member| !members.contains(&member.object));
            chunk.groups.retain(|(group, _)| !groups.contains(group));
            let own = all.entry(chunk.slot).or_insert_with(|| Chunk {
                slot: chunk.slot,
                through: self.through(),
                rows: vec![],
                members: vec![],
                groups: vec![],
                work: vec![],
            });
            own.rows.append(&mut chunk.rows);
            own.members.append(&mut chunk.members);
            own.groups.append(&mut chunk.groups);
        }
        *self = self.rebuilt(&all.into_values().collect::<Vec<_>>())?;
        Ok(())
    }

    fn rebuilt(&self, chunks: &[Chunk]) -> Result<Self, ChunkError> {
        let mut statistic = self.without_rows();
        statistic.load(chunks)?;
        Ok(statistic)
    }

    fn load_member(&mut self, slot: u8, image: &MemberImage) -> Result<(), ChunkError> {
        if self.roster.member_of(image.object).is_some() {
            return Err(ChunkError::Twice(image.object.0));
        }
        let MemberImage { object, status, begun, since, .. } = *image;
        let member = self.roster.push_member(Member { object, row: NONE, slot, status, begun, since });
        if let Some(opens) = self.roster.opens_mut(member) {
            opens.clone_from(&image.opens);
        }
        if let (Some(known), Some(note)) = (self.roster.notes.last_mut(), &image.note) {
            known.clone_from(note);
        }
        if let Some(known) = self.roster.sessions.last_mut() {
            *known = image.session;
        }
        self.roster.names.extend(image.name.clone().map(|name| (object, name)));
        self.roster.reasons.extend(image.reasons.clone().map(|reasons| (member, reasons)));
        self.roster.records.extend(image.records.map(|left| (member, left)));
        if !image.rooms.is_empty() {
            self.roster.rooms.insert(member, image.rooms.clone());
        }
        Ok(())
    }

    fn load_row(&mut self, slot: u8, image: &RowImage) -> Result<(), ChunkError> {
        let RowImage { object, kind, counts, valid, gap, .. } = *image;
        if self.roster.row_of(object).is_some() {
            return Err(ChunkError::Twice(object.0));
        }
        let own = self.roster.member_of(object).ok_or(ChunkError::OtherCategory)?;
        self.roster.push_row(Row { object, kind, slot, valid, gap, own }, counts);
        if !self.families.push(Some(image.cell.clone())) {
            return Err(ChunkError::OtherCategory);
        }
        self.push_dirty();
        Ok(())
    }
}
