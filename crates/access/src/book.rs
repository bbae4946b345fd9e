//! The book of a tenant: every rule, and whose it is.

use crate::{Account, Discovered, Known, Reach, Rule, Statement, Subject, user_name};
use model::Text;
use model::tenant::{Access, AccessGroup, Pattern, PatternError, Tenant, Who};
use objects::TenantError;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The rule for those whom no access list and no account of their own bounds, where the settings ask for it.
pub const FALLBACK: &str = "(no access lists)";

/// What holds for a tenant whose configuration has no access list at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WithoutLists {
    /// Nobody sees anything.
    #[default]
    Deny,
    /// Whoever signs in sees all of it, unless his account itself is given access.
    Everything,
}

/// Whose rules.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// By name.
    pub rules: BTreeSet<Text>,
    /// The account itself is given access: the fallback is not for it.
    #[serde(default)]
    pub bounded: bool,
}

/// The rules of a tenant, and whose they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Book {
    /// By name.
    pub rules: BTreeMap<Text, Arc<Rule>>,
    /// By whom they concern. Every account has one, also an empty one.
    pub sheets: BTreeMap<Subject, Sheet>,
}

/// Why a book can't be made. What held before goes on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BookError {
    /// The collector could not begin with the configuration either.
    #[error("the configuration names what there is not: {0}")]
    Tenant(#[from] TenantError),
    /// A pattern of an access list or an account.
    #[error("access {name:?}: {cause}")]
    Pattern {
        /// The list, or `account:` and the user.
        name: Text,
        /// What is wrong with it.
        cause: PatternError,
    },
}

impl Book {
    /// The book of a tenant with these accounts. An account that can't be read sees nothing of its own; the others do.
    ///
    /// # Errors
    /// The configuration can't be taken.
    pub fn of(tenant: &Tenant, accounts: &[Account], without: WithoutLists) -> Result<Self, BookError> {
        Self::with(tenant, &[], accounts, without)
    }

    /// The same, with objects that the configuration does not name.
    ///
    /// # Errors
    /// The configuration can't be taken.
    pub fn with(
        tenant: &Tenant,
        discovered: &[Discovered],
        accounts: &[Account],
        without: WithoutLists,
    ) -> Result<Self, BookError> {
        let known = Known::of(tenant, discovered)?;
        let denies = tenant.access.iter().any(|access| !access.deny.is_empty())
            || accounts.iter().any(|account| account.access.iter().any(|given| !given.deny.is_empty()));
        let all = if denies { Arc::new(known.objects().cloned().collect()) } else { Arc::default() };
        let reader = Reader { known, all };
        let mut book = Self::default();
        for account in accounts {
            book.sheet(Subject::User(user_name(&account.user)));
        }
        for access in &tenant.access {
            book.add(&reader, access, &subjects(&access.who, &tenant.access_groups, accounts))?;
        }
        for account in accounts {
            book.account(&reader, account);
        }
        if tenant.access.is_empty() && without == WithoutLists::Everything {
            let whole = Statement::everything(FALLBACK, "whoever signs in");
            for rule in whole.rules() {
                book.rules.insert(rule.name.clone(), Arc::new(rule.clone()));
                book.sheet(Subject::Everyone).rules.insert(rule.name.clone());
            }
        }
        Ok(book)
    }

    fn sheet(&mut self, subject: Subject) -> &mut Sheet {
        self.sheets.entry(subject).or_default()
    }

    fn add(
        &mut self,
        reader: &Reader,
        access: &Access,
        subjects: &BTreeSet<Subject>,
    ) -> Result<(), BookError> {
        let wrong = |cause| BookError::Pattern { name: access.name.clone(), cause };
        let rule = Rule {
            name: access.name.clone(),
            who: words(&access.who),
            allows: reader.reach(&access.allow, access.members).map_err(wrong)?,
            denies: reader.reach(&access.deny, access.members).map_err(wrong)?,
        };
        self.rules.insert(rule.name.clone(), Arc::new(rule));
        for subject in subjects {
            self.sheet(subject.clone()).rules.insert(access.name.clone());
        }
        Ok(())
    }

    /// What an account itself is given. A pattern that can't be read gives nothing, and denies everything.
    fn account(&mut self, reader: &Reader, account: &Account) {
        let Some(given) = &account.access else { return };
        let user = user_name(&account.user);
        let name = Text::from(format!("account:{user}"));
        let denies = reader.reach(&given.deny, true).unwrap_or(Reach::All(Arc::default()));
        let allows = reader.reach(&given.allow, true).unwrap_or_default();
        let rule = Rule { name: name.clone(), who: format!("user {user}").into(), allows, denies };
        self.rules.insert(name.clone(), Arc::new(rule));
        let sheet = self.sheet(Subject::User(user));
        sheet.rules.insert(name);
        sheet.bounded = true;
    }

    /// The subjects whose sheets concern a viewer.
    pub fn subjects_of(user: &str, roles: &[Text]) -> Vec<Subject> {
        let roles = roles.iter().map(|role| Subject::Role(role.clone()));
        [Subject::Everyone, Subject::User(user_name(user))].into_iter().chain(roles).collect()
    }

    /// The names of the rules that these sheets list together.
    pub fn rules_of<'a>(sheets: impl IntoIterator<Item = &'a Sheet>) -> BTreeSet<Text> {
        let sheets: Vec<&Sheet> = sheets.into_iter().collect();
        let bounded = sheets.iter().any(|sheet| sheet.bounded);
        let listed = sheets.into_iter().flat_map(|sheet| &sheet.rules);
        listed.filter(|name| !(bounded && *name == FALLBACK)).cloned().collect()
    }

    /// What is known of a viewer.
    pub fn statement(&self, user: &str, roles: &[Text]) -> Statement {
        let subjects = Self::subjects_of(user, roles);
        let names = Self::rules_of(subjects.iter().filter_map(|subject| self.sheets.get(subject)));
        Statement::of(names.iter().filter_map(|name| self.rules.get(name)).cloned().collect())
    }
}

/// Reads patterns.
struct Reader {
    known: Known,
    all: Arc<BTreeSet<model::Object>>,
}

impl Reader {
    fn reach(&self, patterns: &[Text], members: bool) -> Result<Reach, PatternError> {
        let patterns = patterns.iter().map(|text| Pattern::parse(text)).collect::<Result<Vec<_>, _>>()?;
        if patterns.contains(&Pattern::All) {
            return Ok(Reach::All(Arc::clone(&self.all)));
        }
        let meant = patterns.iter().flat_map(|pattern| self.known.meant(pattern, members));
        Ok(Reach::These(Arc::new(meant.collect())))
    }
}

/// Whom an access list concerns, with the users and roles of its group.
fn subjects(who: &Who, groups: &[AccessGroup], accounts: &[Account]) -> BTreeSet<Subject> {
    let Who { user, group, role, everyone } = who;
    let mut subjects: BTreeSet<Subject> = user.iter().map(|user| Subject::User(user_name(user))).collect();
    subjects.extend(role.iter().cloned().map(Subject::Role));
    subjects.extend(everyone.then_some(Subject::Everyone));
    let Some(name) = group else { return subjects };
    for group in groups.iter().filter(|group| group.name == *name) {
        subjects.extend(group.users.iter().map(|user| Subject::User(user_name(user))));
        subjects.extend(group.roles.iter().cloned().map(Subject::Role));
    }
    let members = accounts.iter().filter(|account| account.groups.contains(name));
    subjects.extend(members.map(|account| Subject::User(user_name(&account.user))));
    subjects
}

fn words(who: &Who) -> Text {
    match who {
        Who { user: Some(user), .. } => format!("user {}", user_name(user)).into(),
        Who { group: Some(group), .. } => format!("access group {group}").into(),
        Who { role: Some(role), .. } => format!("role {role}").into(),
        Who { .. } => "whoever signs in".into(),
    }
}
