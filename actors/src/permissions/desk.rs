//! The desk: computes the book whenever configuration or accounts change.

use super::{Metrics, Outside, Settings, Standing, accounts, discoveries, writer};
use access::{Account, Book, Discovered};
use actix::prelude::*;
use model::tenant::Tenant;
use runtime::{Failure, Ref, RestartPolicy, supervise};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::AbortHandle;
use tracing::{error, info, warn};

/// How often ages are measured.
const MEASURE_EVERY: Duration = Duration::from_secs(1);

/// What outlives an incarnation.
#[derive(Clone, Default)]
struct Kept {
    tenant: Rc<RefCell<Option<Tenant>>>,
    accounts: Rc<RefCell<Option<Vec<Account>>>>,
    discovered: Rc<RefCell<Vec<Discovered>>>,
}

/// Knows what grants are computed from.
pub struct Desk {
    settings: Settings,
    outside: Outside,
    kept: Kept,
    /// The newest book.
    books: watch::Sender<Option<Arc<Book>>>,
    /// When the Tenant Service went away.
    away: Option<tokio::time::Instant>,
}

/// What the Tenant Service says.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub enum Configured {
    /// The configuration is this.
    Is(Box<Tenant>),
    /// It is not to be had; what was known holds.
    Away,
}

/// These objects are seen live.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(super) struct Seen(pub(super) Vec<Discovered>);

/// The accounts are these.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(super) struct Accounts(pub(super) Vec<Account>);

pub(super) fn start(
    settings: Settings,
    outside: Outside,
    standing: watch::Sender<Standing>,
) -> (Ref<Desk>, AbortHandle) {
    let kept = Kept::default();
    let books = watch::Sender::new(None);
    // The writer knows only books, and outlives the desk's incarnations.
    let writer = actix::spawn(writer::run(settings.clone(), outside.clone(), books.subscribe(), standing));
    let census = outside.census.clone();
    let give_up =
        |failure: Failure| error!(%failure, "grants are not computed any more; restart this process");
    let desk = supervise("permissions", RestartPolicy::default(), &census, give_up, move || Desk {
        settings: settings.clone(),
        outside: outside.clone(),
        kept: kept.clone(),
        books: books.clone(),
        away: None,
    });
    (desk, writer.abort_handle())
}

impl Desk {
    fn compute(&self) {
        let (tenant, accounts) = (self.kept.tenant.borrow(), self.kept.accounts.borrow());
        let (Some(tenant), Some(accounts)) = (&*tenant, &*accounts) else { return };
        let begun = self.outside.clock.instant();
        let Metrics { compute, refused, rules, subjects, .. } = &self.outside.metrics;
        let discovered = self.kept.discovered.borrow();
        match Book::with(tenant, &discovered, accounts, self.settings.without_access_lists) {
            Ok(book) => {
                compute.observe(begun.elapsed().as_secs_f64());
                let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
                rules.set(count(book.rules.len()));
                subjects.set(count(book.sheets.len()));
                info!(rules = book.rules.len(), subjects = book.sheets.len(), "grants are computed");
                self.books.send_replace(Some(Arc::new(book)));
            }
            Err(cause) => {
                refused.inc();
                warn!(%cause, "no grants can be computed, those before hold: {cause}");
            }
        }
    }

    fn measure(&self) {
        let away = self.away.map_or(0.0, |since| since.elapsed().as_secs_f64());
        self.outside.metrics.configuration_away.set(away);
    }
}

impl Actor for Desk {
    type Context = Context<Self>;

    fn started(&mut self, context: &mut Self::Context) {
        actix::spawn(accounts::follow(self.outside.documents.clone(), context.address()));
        if let Some(values) = self.outside.values.clone() {
            actix::spawn(discoveries::follow(values, context.address()));
        }
        context.run_interval(MEASURE_EVERY, |desk, _| desk.measure());
        self.compute();
    }
}

impl Handler<Configured> for Desk {
    type Result = ();

    fn handle(&mut self, configured: Configured, _: &mut Context<Self>) {
        match configured {
            Configured::Is(tenant) => {
                self.away = None;
                let differs = self.kept.tenant.borrow().as_ref() != Some(&*tenant);
                if differs {
                    *self.kept.tenant.borrow_mut() = Some(*tenant);
                    self.compute();
                }
            }
            Configured::Away => {
                self.away.get_or_insert_with(|| self.outside.clock.instant());
            }
        }
    }
}

impl Handler<Seen> for Desk {
    type Result = ();

    fn handle(&mut self, Seen(discovered): Seen, _: &mut Context<Self>) {
        let differs = *self.kept.discovered.borrow() != discovered;
        if differs {
            *self.kept.discovered.borrow_mut() = discovered;
            self.compute();
        }
    }
}

impl Handler<Accounts> for Desk {
    type Result = ();

    fn handle(&mut self, Accounts(accounts): Accounts, _: &mut Context<Self>) {
        let differs = self.kept.accounts.borrow().as_ref() != Some(&accounts);
        if differs {
            *self.kept.accounts.borrow_mut() = Some(accounts);
            self.compute();
        }
    }
}
