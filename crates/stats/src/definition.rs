//! What one statistic computes, resolved and checked: the unit that boards share.

mod aggregate;
mod category;
mod compound;
mod filtered;
mod logins;
mod mask;
mod media;
mod range;
mod subject;

pub use aggregate::{Aggregate, Fold};
pub use category::Category;
pub(crate) use compound::HANDLING;
pub use mask::Mask;
pub(crate) use mask::{COLUMNS, column};
pub use range::TimeRange;
pub(crate) use subject::members_of;
pub use subject::{Family, Subject};

use crate::filter::Filter;
use crate::library::{Request, StatType};
use crate::time::TimeProfile;
use crate::value::ValueKind;
use model::{ObjectType, Text};
use serde::{Deserialize, Serialize};

/// Why a statistic can't be opened: in words that name what is at fault (rules M-1 to M-4, 1.4).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{cause}")]
pub struct Refused {
    /// The whole sentence.
    pub cause: String,
}

impl Refused {
    /// A refusal for that cause.
    pub fn new(cause: impl Into<String>) -> Self {
        Self { cause: cause.into() }
    }
}

/// One distinct definition. Objects are not part of it: a statistic keeps a row for each that is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Definition {
    /// How the value is made.
    pub category: Category,
    /// Whose actions or statuses.
    pub subject: Subject,
    /// Types that may be asked for.
    pub objects: Vec<ObjectType>,
    /// The main mask.
    pub main: Mask,
    /// The relative mask; the main one where the category allows to leave it out.
    pub rel: Mask,
    /// The interval; means nothing to current categories.
    pub profile: TimeProfile,
    /// Which durations count, where the category has ranges or the request names one.
    pub range: Option<TimeRange>,
    /// The second range of `ServiceFactor1`.
    pub range2: TimeRange,
    /// Durations by the source's clock (rules T-3, Q-43).
    pub use_source_time: bool,
    /// The condition under which anything counts.
    #[serde(default)]
    pub filter: Option<Filter>,
    /// What a formula makes of the actions.
    #[serde(default)]
    pub aggregate: Option<Aggregate>,
    /// A new reason restarts the start that is shown (rule ST-7).
    #[serde(default)]
    pub reason_restarts: bool,
    /// Numbers count calls, not actions (rule C-9).
    #[serde(default)]
    pub dist_by_conn_id: bool,
}

impl Definition {
    /// Checks a stat type together with what a request adds to it.
    pub(crate) fn resolve(
        stat_type: &StatType,
        profile: TimeProfile,
        ranges: (Option<TimeRange>, Option<TimeRange>, TimeRange),
        filter: Option<Filter>,
    ) -> Result<Self, Refused> {
        let (category, subject, family, objects) = words(stat_type, &profile)?;
        let is_other = |media: &Text| !media.eq_ignore_ascii_case("voice");
        let of_channels = subject == Subject::DNAction
            && family == Family::People
            && stat_type.media_type.as_ref().is_some_and(is_other);
        let mask = |key: &str, text: &str| {
            let mask = Mask::parse(text, subject, family);
            let mask = mask.map(|mask| if of_channels { mask.of_channels() } else { mask });
            let mask = mask.map_err(|cause| Refused::new(format!("{key}: {cause}")))?;
            // Rule X-7: how long stuck calls were there counts only where they are named.
            let is_told = text.to_ascii_lowercase().contains("stuckcall") || !category.is_of_time();
            Ok::<_, Refused>(if is_told { mask } else { mask.without_stuck() })
        };
        let said = aggregate::read(stat_type, category, subject, family)?;
        let main = match (said.mask, &stat_type.main_mask) {
            (Some(within), _) => within,
            (None, Some(text)) => mask("MainMask", text)?,
            (None, None) => return Err(Refused::new("MainMask is missing")),
        };
        let rel = match &stat_type.rel_mask {
            Some(text) => mask("RelMask", text)?,
            None if category.needs_rel() => {
                return Err(Refused::new(format!("category {} needs a RelMask", category.name())));
            }
            None => main,
        };
        let (named, second, fallback) = ranges;
        let range = match named {
            Some(_) if !category.is_ranged() && category != Category::RelativeNumberPercentage => {
                return Err(Refused::new(format!("category {} takes no time range", category.name())));
            }
            Some(range) => Some(range),
            None => category.is_ranged().then_some(fallback),
        };
        if second.is_some() && category != Category::ServiceFactor1 {
            return Err(Refused::new(format!("category {} takes no second time range", category.name())));
        }
        check_profile(category, &profile)?;
        let (main, rel) = compound::masks(category, main, rel);
        let mut definition = Self {
            category,
            subject,
            objects,
            main,
            rel: if category.uses_rel() || category.is_compound() { rel } else { main },
            profile,
            range,
            range2: second.unwrap_or(TimeRange::EMPTY),
            use_source_time: stat_type.use_source_time,
            filter,
            aggregate: said.aggregate,
            reason_restarts: false,
            dist_by_conn_id: said.dist_by_conn_id,
        };
        // Only what is shown now has a start that is shown.
        definition.reason_restarts =
            stat_type.reason_restarts && subject.is_status() && definition.is_current();
        definition.leave_logged_out();
        definition.narrow(stat_type)?;
        definition.check_aggregate()?;
        definition.check_filter()?;
        definition.check_pseudo()?;
        Ok(definition)
    }

    /// The canonical text: equal for two definitions exactly if they give the same values for an object.
    pub fn key(&self) -> Text {
        let names = |mask: Mask| mask.words().collect::<Vec<_>>().join(",");
        let mut key = format!("{};{};{}", self.category.name(), self.subject.name(), names(self.main));
        if self.rel != self.main {
            key += &format!(";rel={}", names(self.rel));
        }
        if !self.is_current() {
            key += &format!(";{}", self.profile);
        }
        if let Some(range) = self.range {
            key += &format!(";range={range}");
        }
        if self.category == Category::ServiceFactor1 {
            key += &format!(";range2={}", self.range2);
        }
        if self.use_source_time {
            key += ";source-time";
        }
        if let Some(filter) = &self.filter {
            key += &format!(";filter={filter}");
        }
        if let Some(aggregate) = &self.aggregate {
            key += &format!(";formula={aggregate}");
        }
        if self.reason_restarts {
            key += ";reason-restarts";
        }
        if self.dist_by_conn_id {
            key += ";DistByConnID";
        }
        key.into()
    }

    /// What kind of value it gives.
    pub fn value_kind(&self) -> ValueKind {
        match &self.aggregate {
            Some(aggregate) => aggregate.value_kind(),
            None => self.category.value_kind(),
        }
    }

    /// Whether the value rests on what goes on now, and on no interval (rule G-1).
    pub fn is_current(&self) -> bool {
        self.category.is_current() || self.aggregate.as_ref().is_some_and(|aggregate| aggregate.current)
    }

    /// Accepts further types, of another stat type that has the same [`key`](Self::key).
    pub fn widen(&mut self, kinds: &[ObjectType]) {
        let further = kinds.iter().filter(|kind| !self.objects.contains(kind)).copied().collect::<Vec<_>>();
        self.objects.extend(further);
    }

    /// Whether a row for an object of that type can be asked for.
    pub fn accepts(&self, kind: ObjectType) -> bool {
        self.objects.contains(&kind)
    }

    /// The types that a request may mean: the one it names, or all that the stat type has.
    ///
    /// # Errors
    /// A type that the stat type is not for.
    pub fn types_of(&self, request: &Request) -> Result<Vec<ObjectType>, Refused> {
        match request.object_type {
            None => Ok(self.objects.clone()),
            Some(kind) if self.accepts(kind) => Ok(vec![kind]),
            Some(kind) => {
                let stat_type = &request.stat_type;
                Err(Refused::new(format!(
                    "stat type `{stat_type}` is not for objects of type {}",
                    kind.name()
                )))
            }
        }
    }
}

type Words = (Category, Subject, Family, Vec<ObjectType>);

fn words(stat_type: &StatType, profile: &TimeProfile) -> Result<Words, Refused> {
    let category = Category::parse(&stat_type.category).map_err(Refused::new)?;
    let subject = Subject::parse(&stat_type.subject).map_err(Refused::new)?;
    let Some(first) = stat_type.objects.first() else {
        return Err(Refused::new("Objects is empty"));
    };
    let family = |kind: &ObjectType| {
        subject::family_of(*kind)
            .ok_or_else(|| Refused::new(format!("objects of type {} are not supported yet", kind.name())))
    };
    let home = family(first)?;
    for kind in &stat_type.objects {
        if family(kind)? != home {
            let (a, b) = (first.name(), kind.name());
            return Err(Refused::new(format!("Objects {a} and {b} do not fit together in one stat type")));
        }
        if !subject.fits(*kind) {
            let (subject, kind) = (subject.name(), kind.name());
            return Err(Refused::new(format!("Subject {subject} does not fit objects of type {kind}")));
        }
        if category.is_for_singles() && !matches!(kind, ObjectType::Agent | ObjectType::Place) {
            let (category, kind) = (category.name(), kind.name());
            return Err(Refused::new(format!("category {category} is not defined on {kind}")));
        }
    }
    let whole = stat_type.objects.iter().find(|kind| **kind == ObjectType::Tenant);
    if let (true, Some(kind)) = (category.is_state(), whole.or(Some(first).filter(|_| home == Family::Areas)))
    {
        let (category, kind) = (category.name(), kind.name());
        return Err(Refused::new(format!(
            "category {category} has nothing to tell of a {kind}, which has no status"
        )));
    }
    let listed =
        |kind: &ObjectType| matches!(kind, ObjectType::CallingList | ObjectType::CampaignCallingList);
    let is_stateless = category == Category::CurrentTargetState || stat_type.objects.iter().any(listed);
    if category.is_state() && home == Family::Outbound && is_stateless {
        let (category, kind) = (category.name(), stat_type.objects.iter().find(|kind| listed(kind)));
        let kind = kind.unwrap_or(first).name();
        return Err(Refused::new(format!("category {category} has nothing to tell of a {kind}")));
    }
    if category.is_of_lists() && !stat_type.objects.iter().all(listed) {
        let category = category.name();
        return Err(Refused::new(format!(
            "category {category} is for calling lists: not for {}",
            first.name()
        )));
    }
    compound::check(category, subject, home, first.name())?;
    let objects = logins::objects(stat_type, category, subject, profile)?;
    Ok((category, corrected(subject, &objects), home, objects))
}

/// {Place, AgentStatus} and {Agent, PlaceStatus} are corrected (statistics 1.4); mixed lists keep the word, each
/// object uses its own kind of status (rule O-10).
fn corrected(subject: Subject, objects: &[ObjectType]) -> Subject {
    let places = |kind: &ObjectType| matches!(kind, ObjectType::Place | ObjectType::GroupPlaces);
    match subject {
        Subject::AgentStatus if objects.iter().all(places) => Subject::PlaceStatus,
        Subject::PlaceStatus if !objects.iter().any(places) => Subject::AgentStatus,
        other => other,
    }
}

fn check_profile(category: Category, profile: &TimeProfile) -> Result<(), Refused> {
    if category.is_current() {
        return Ok(());
    }
    match profile {
        TimeProfile::Selection(_) if category.refuses_selection() => {
            Err(Refused::new(format!("category {} can't be taken over a Selection", category.name())))
        }
        _ => Ok(()),
    }
}
