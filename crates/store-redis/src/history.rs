//! The hot tier of history: points of one hour in one string for each line, all lines of a slot in one hash for each
//! hour. An hour is forgotten by its lifetime, whether anybody trims or not.

use crate::RedisStore;
use crate::keys::field;
use async_trait::async_trait;
use model::time::Micros;
use model::{Object, Text};
use ports::history::{History, Point};
use ports::{Result, StoreError};
use redis::Script;
use std::collections::BTreeMap;
use std::sync::LazyLock;

static APPEND: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("scripts/append.lua")));

const HOUR: i64 = 3_600_000_000;
/// How long points are kept here: a day, and the hour that has begun.
pub(crate) const LIFETIME_SECONDS: u32 = 26 * 3600;
/// A point: microseconds within the hour, flags, number.
const POINT_BYTES: usize = 13;
/// The bit of the flags that says that there was no value.
const NO_VALUE: u8 = 0x80;

/// A line's name within an hour.
fn line(definition: &str, object: &Object) -> String {
    format!("{definition}\u{1}{}", field(object))
}

fn encode(point: &Point) -> [u8; POINT_BYTES] {
    let mut bytes = [0; POINT_BYTES];
    // An hour has fewer microseconds than 32 bits can count.
    let within = u32::try_from(point.at.0.rem_euclid(HOUR)).unwrap_or_default();
    bytes[..4].copy_from_slice(&within.to_be_bytes());
    bytes[4] = point.flags | if point.value.is_none() { NO_VALUE } else { 0 };
    bytes[5..].copy_from_slice(&point.value.unwrap_or_default().to_be_bytes());
    bytes
}

/// The points of an hour by time; of several at one time the last holds.
fn decode(hour: i64, bytes: &[u8]) -> Result<BTreeMap<Micros, (Option<f64>, u8)>> {
    let (points, rest) = bytes.as_chunks::<POINT_BYTES>();
    if !rest.is_empty() {
        return Err(StoreError::Corrupt(format!("a line of hour {hour} in Redis has half a point")));
    }
    let read = |bytes: &[u8; POINT_BYTES]| {
        let [a, b, c, d, flags, number @ ..] = *bytes;
        let at = Micros(hour * HOUR + i64::from(u32::from_be_bytes([a, b, c, d])));
        let value = (flags & NO_VALUE == 0).then(|| f64::from_be_bytes(number));
        (at, (value, flags & !NO_VALUE))
    };
    Ok(points.iter().map(read).collect())
}

impl RedisStore {
    fn hour_key(&self, slot: u8, hour: i64) -> String {
        self.inner.keys.of(slot, format_args!("hour:{hour}"))
    }

    /// The hours of which something may be kept, within bounds.
    async fn hours(&self, from: i64, to: i64) -> Result<Vec<i64>> {
        let key = self.inner.keys.one("hours");
        self.call(async |connection| {
            redis::cmd("ZRANGEBYSCORE").arg(key).arg(from).arg(to).query_async(connection).await
        })
        .await
    }
}

#[async_trait]
impl History for RedisStore {
    async fn append(&self, points: Vec<Point>) -> Result<()> {
        let mut hours: BTreeMap<(i64, u8), BTreeMap<String, Vec<u8>>> = BTreeMap::new();
        for point in &points {
            let lines = hours.entry((point.at.0.div_euclid(HOUR), point.object.slot())).or_default();
            lines.entry(line(&point.definition, &point.object)).or_default().extend(encode(point));
        }
        let Some((&(newest, _), _)) = hours.last_key_value() else { return Ok(()) };
        let known = self.inner.keys.one("hours");
        let mut pipeline = redis::pipe();
        for hour in hours.keys().map(|(hour, _)| *hour).collect::<std::collections::BTreeSet<_>>() {
            pipeline.cmd("ZADD").arg(&known).arg(hour).arg(hour).ignore();
        }
        let oldest = newest - i64::from(LIFETIME_SECONDS) / 3600;
        pipeline.cmd("ZREMRANGEBYSCORE").arg(&known).arg("-inf").arg(format!("({oldest}")).ignore();
        for ((hour, slot), lines) in hours {
            let command =
                pipeline.cmd("EVALSHA").arg(APPEND.get_hash()).arg(1).arg(self.hour_key(slot, hour));
            command.arg(LIFETIME_SECONDS);
            for (line, points) in lines {
                command.arg(line).arg(points);
            }
            pipeline.ignore();
        }
        self.call(async |connection| match pipeline.query_async::<()>(connection).await {
            Err(error) if crate::failure::refusal(&error).is_some_and(|(code, _)| code == "NOSCRIPT") => {
                APPEND.prepare_invoke().load_async(connection).await?;
                pipeline.query_async::<()>(connection).await
            }
            result => result,
        })
        .await
    }

    async fn range(
        &self,
        definition: &str,
        object: &Object,
        from: Micros,
        to: Micros,
        limit: usize,
    ) -> Result<Vec<Point>> {
        if from >= to {
            return Ok(Vec::new());
        }
        let hours = self.hours(from.0.div_euclid(HOUR), to.0.div_euclid(HOUR)).await?;
        if hours.is_empty() {
            return Ok(Vec::new());
        }
        let (line, slot) = (line(definition, object), object.slot());
        let found: Vec<Option<Vec<u8>>> = self
            .call(async |connection| {
                let mut pipeline = redis::pipe();
                for hour in &hours {
                    pipeline.cmd("HGET").arg(self.hour_key(slot, *hour)).arg(&line);
                }
                pipeline.query_async(connection).await
            })
            .await?;
        let mut points = Vec::new();
        for (hour, bytes) in hours.into_iter().zip(found) {
            for (at, (value, flags)) in decode(hour, &bytes.unwrap_or_default())? {
                if at >= from && at < to {
                    let (definition, object) = (Text::from(definition), object.clone());
                    points.push(Point { definition, object, at, value, flags });
                }
            }
        }
        points.drain(..points.len().saturating_sub(limit));
        Ok(points)
    }

    /// Hour by hour backwards, until each has its point: most changed within the newest.
    async fn standing(
        &self,
        cells: &[(Text, Object)],
        from: Micros,
        to: Micros,
    ) -> Result<Vec<Option<Point>>> {
        let mut standing: Vec<Option<Point>> = vec![None; cells.len()];
        if from >= to || cells.is_empty() {
            return Ok(standing);
        }
        let hours = self.hours(from.0.div_euclid(HOUR), to.0.div_euclid(HOUR)).await?;
        for hour in hours.into_iter().rev() {
            let wanted: Vec<usize> = (0..cells.len()).filter(|place| standing[*place].is_none()).collect();
            if wanted.is_empty() {
                break;
            }
            let found: Vec<Option<Vec<u8>>> = self
                .call(async |connection| {
                    let mut pipeline = redis::pipe();
                    for (definition, object) in wanted.iter().map(|place| &cells[*place]) {
                        let key = self.hour_key(object.slot(), hour);
                        pipeline.cmd("HGET").arg(key).arg(line(definition, object));
                    }
                    pipeline.query_async(connection).await
                })
                .await?;
            for (place, bytes) in wanted.into_iter().zip(found) {
                let points = decode(hour, &bytes.unwrap_or_default())?;
                let newest = points.range(from..to).next_back();
                standing[place] = newest.map(|(at, (value, flags))| {
                    let (definition, object) = cells[place].clone();
                    Point { definition, object, at: *at, value: *value, flags: *flags }
                });
            }
        }
        Ok(standing)
    }

    async fn trim(&self, before: Micros) -> Result<u64> {
        let last = before.0.div_euclid(HOUR);
        let mut dropped = 0;
        for hour in self.hours(i64::MIN / 2, last).await? {
            for slot in 0..=u8::MAX {
                dropped += self.trim_hour(slot, hour, before).await?;
            }
        }
        let known = self.inner.keys.one("hours");
        self.call(async |connection| {
            let mut forget = redis::cmd("ZREMRANGEBYSCORE");
            forget.arg(known).arg("-inf").arg(format!("({last}")).exec_async(connection).await
        })
        .await?;
        Ok(dropped)
    }
}

impl RedisStore {
    /// Points of an hour that has long ended: nobody adds to it meanwhile.
    async fn trim_hour(&self, slot: u8, hour: i64, before: Micros) -> Result<u64> {
        let key = self.hour_key(slot, hour);
        let lines: BTreeMap<Vec<u8>, Vec<u8>> = self
            .call(async |connection| redis::cmd("HGETALL").arg(&key).query_async(connection).await)
            .await?;
        let mut dropped = 0;
        let mut pipeline = redis::pipe();
        for (line, bytes) in &lines {
            let points = decode(hour, bytes)?;
            let old = points.range(..before).count();
            dropped += old as u64;
            if old == points.len() {
                pipeline.cmd("HDEL").arg(&key).arg(line).ignore();
            } else if old > 0 {
                let kept = |bytes: &&[u8; POINT_BYTES]| {
                    let [a, b, c, d, ..] = **bytes;
                    hour * HOUR + i64::from(u32::from_be_bytes([a, b, c, d])) >= before.0
                };
                let left: Vec<u8> = bytes.as_chunks().0.iter().filter(kept).flatten().copied().collect();
                pipeline.cmd("HSET").arg(&key).arg(line).arg(left).ignore();
            }
        }
        if dropped > 0 {
            self.call(async |connection| pipeline.query_async::<()>(connection).await).await?;
        }
        Ok(dropped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::ObjectType;

    #[test]
    fn a_point_is_read_back_also_before_the_epoch() {
        for (at, value, flags) in
            [(0, Some(-1.5), 4), (HOUR - 1, None, 1), (-1, Some(2.0), 0), (10 * HOUR, None, 0)]
        {
            let object = Object::new(ObjectType::Queue, "q");
            let point = Point { definition: "d".into(), object, at: Micros(at), value, flags };
            let read = decode(at.div_euclid(HOUR), &encode(&point)).unwrap();
            assert_eq!(read.into_iter().collect::<Vec<_>>(), [(Micros(at), (value, flags))]);
        }
    }
}
