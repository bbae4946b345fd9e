//! An engine that tells values by itself, as each request wants to be told (statistics 5.4).

use crate::engine::{Answer, Engine};
use model::object::ObjectIx;
use model::{Micros, Object, Record, Text};
use objects::Misconfigured;
use stats::{Mode, Told, Value};
use std::collections::BTreeMap;

/// What is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// A value.
    Info,
    /// The value can't be trusted from now on (rule X-2).
    StatInvalid,
    /// It can again.
    StatValid,
}

/// One telling (rule N-7).
#[derive(Clone, Debug, PartialEq)]
pub struct Info {
    /// When, in event time.
    pub at: Micros,
    /// What is told.
    pub news: News,
    /// The request's name.
    pub statistic: Text,
    /// Whose value.
    pub object: Object,
    /// The value.
    pub value: Value,
    /// Where the interval of the value begins.
    pub interval_start: Micros,
}

/// One request's followers.
#[derive(Clone, Debug, Default)]
struct Followed {
    /// The next look at all rows; unknown before the stream begins.
    next: Option<Micros>,
    told: BTreeMap<ObjectIx, Told>,
}

/// An engine whose values are told when their requests want it.
#[derive(Clone, Debug)]
pub struct Notifier {
    engine: Engine,
    followed: Vec<Followed>,
}

impl Notifier {
    /// Follows all requests of an engine that has not begun.
    pub fn new(engine: Engine) -> Self {
        let followed = vec![Followed::default(); engine.asked.len()];
        Self { engine, followed }
    }

    /// As [`Engine::unmet`].
    pub fn unmet(&self) -> impl Iterator<Item = (&Text, &Text)> {
        self.engine.unmet()
    }

    /// As [`Engine::take_complaints`].
    pub fn take_complaints(&mut self) -> Vec<Misconfigured> {
        self.engine.take_complaints()
    }

    /// Every value as of `at`, which must not lie before what was taken in.
    pub fn answers(&self, at: Micros) -> Vec<Answer> {
        self.engine.answers(at)
    }

    /// [`Engine::step`], with what is to be told on the way: in the order of time, then of statistic and object.
    pub fn step(&mut self, records: &[Record], through: Micros, tell: &mut impl FnMut(Info)) {
        if let Some(first) = records.first() {
            self.begin(first);
        }
        let mut rest = records;
        loop {
            let next = self.due().into_iter().chain(rest.first().map(|record| record.received)).min();
            let Some(at) = next.filter(|at| *at <= through) else { break };
            self.close(at, tell);
            let (now, later) = rest.split_at(rest.partition_point(|record| record.received <= at));
            self.engine.step(now, at);
            self.look(at, tell);
            rest = later;
        }
        self.engine.step(&[], through);
    }

    fn begin(&mut self, first: &Record) {
        if self.engine.begun.is_some() {
            return;
        }
        self.engine.awake(first);
        for (followed, asked) in self.followed.iter_mut().zip(&self.engine.asked) {
            let wants = asked.notify.mode != Mode::NoNotification;
            followed.next = wants.then(|| asked.opened_at.unwrap_or(first.received).max(asked.asks.from));
        }
    }

    /// When something is to be told even if nothing happens.
    fn due(&self) -> Option<Micros> {
        let looks = self.followed.iter().filter_map(|followed| followed.next);
        looks.chain(self.resets().map(|(_, at)| at)).min()
    }

    /// Requests that are told at resets, with the next of them.
    fn resets(&self) -> impl Iterator<Item = (usize, Micros)> {
        let asked = self.engine.asked.iter().enumerate().filter(|_| self.engine.begun.is_some());
        asked
            .filter(|(_, asked)| asked.notify.mode == Mode::ResetBased)
            .filter_map(|(place, _)| Some((place, self.engine.serving(place).next_reset()?)))
    }

    /// Closing values of intervals that end at `at`, before anything of that instant (rules N-5, TP-13).
    fn close(&mut self, at: Micros, tell: &mut impl FnMut(Info)) {
        let closed: Vec<usize> =
            self.resets().filter(|(_, reset)| *reset == at).map(|(place, _)| place).collect();
        if closed.is_empty() {
            return;
        }
        self.engine.step(&[], Micros(at.0 - 1));
        let mut infos = Vec::new();
        for place in closed {
            let statistic = self.engine.serving(place);
            let interval_start = statistic.interval_at(Micros(at.0 - 1));
            for (object, ix) in &self.engine.asked[place].objects {
                let Some(value) = statistic.closing(*ix) else { continue };
                let (statistic, object) = (self.engine.asked[place].name.clone(), object.clone());
                infos.push(Info { at, news: News::Info, statistic, object, value, interval_start });
            }
        }
        in_order(infos, tell);
    }

    /// Tells what the instant `at` gives reason to tell.
    fn look(&mut self, at: Micros, tell: &mut impl FnMut(Info)) {
        let touched: Vec<Vec<ObjectIx>> =
            self.engine.statistics.iter_mut().map(stats::Statistic::touched).collect();
        let mut infos = Vec::new();
        for place in 0..self.followed.len() {
            let asked = &self.engine.asked[place];
            if asked.notify.mode == Mode::NoNotification || !asked.asks.at(at) {
                self.followed[place].next = self.followed[place].next.filter(|next| *next > at);
                continue;
            }
            let followed = &mut self.followed[place];
            let is_due = followed.next.is_some_and(|next| next <= at);
            let touched = touched[self.engine.served_by[place]].iter().copied();
            let is_asked = |ix: &ObjectIx| {
                self.engine.directory().object(*ix).is_some_and(|object| asked.objects.contains_key(object))
            };
            let rows: Vec<ObjectIx> = if is_due {
                asked.objects.values().copied().collect()
            } else {
                touched.filter(is_asked).collect()
            };
            if let Some(next) = followed.next.filter(|_| is_due) {
                followed.next = Some(next + asked.notify.frequency);
            }
            for ix in rows {
                infos.extend(self.hear(place, ix, at, is_due));
            }
        }
        in_order(infos, tell);
    }

    /// What is told of one row.
    fn hear(&mut self, place: usize, ix: ObjectIx, at: Micros, is_due: bool) -> Vec<Info> {
        let asked = &self.engine.asked[place];
        let statistic = self.engine.serving(place);
        let Some(value) = statistic.read(ix, at) else { return Vec::new() };
        let Some(object) = self.engine.directory().object(ix) else { return Vec::new() };
        let info = |news, value: &Value| Info {
            at,
            news,
            statistic: asked.name.clone(),
            object: object.clone(),
            value: value.clone(),
            interval_start: statistic.interval_at(at),
        };
        let mut told = self.followed[place].told.remove(&ix);
        let news = asked.notify.hear(&mut told, &value, is_due);
        let infos = news.into_iter().map(|news| info(news.into(), &value)).collect();
        self.followed[place].told.extend(told.map(|told| (ix, told)));
        infos
    }
}

impl From<stats::News> for News {
    fn from(news: stats::News) -> Self {
        match news {
            stats::News::Info => Self::Info,
            stats::News::Invalid => Self::StatInvalid,
            stats::News::Valid => Self::StatValid,
        }
    }
}

fn in_order(mut infos: Vec<Info>, tell: &mut impl FnMut(Info)) {
    // What is told of one row keeps its order (rule N-6).
    infos.sort_by(|a, b| (&a.statistic, &a.object.id).cmp(&(&b.statistic, &b.object.id)));
    infos.into_iter().for_each(tell);
}
