//! Stories of actors that fail.

use super::*;
use std::cell::RefCell;
use std::rc::Rc;

/// Counts; panics over 13.
struct Counter(u32);

impl Actor for Counter {
    type Context = Context<Self>;
}

struct Add(u32);
impl Message for Add {
    type Result = u32;
}

struct Stop;
impl Message for Stop {
    type Result = ();
}

impl Handler<Add> for Counter {
    type Result = u32;
    fn handle(&mut self, Add(count): Add, _: &mut Context<Self>) -> u32 {
        assert_ne!(count, 13, "thirteen is bad luck");
        self.0 += count;
        self.0
    }
}

impl Handler<Stop> for Counter {
    type Result = ();
    fn handle(&mut self, _: Stop, context: &mut Context<Self>) {
        actix::prelude::ActorContext::stop(context);
    }
}

const PATIENCE: Duration = Duration::from_secs(1);

fn counter(policy: RestartPolicy, census: &Census) -> (Ref<Counter>, Rc<RefCell<Option<Failure>>>) {
    let given_up = Rc::new(RefCell::new(None));
    let told = given_up.clone();
    let give_up = move |failure| *told.borrow_mut() = Some(failure);
    (supervise("counter", policy, census, give_up, || Counter(100)), given_up)
}

async fn settle() {
    tokio::time::sleep(Duration::from_secs(1)).await;
}

#[actix::test]
async fn an_actor_that_panics_comes_back_new_and_its_reference_stays_valid() {
    tokio::time::pause();
    let census = Census::default();
    let (counter, given_up) = counter(RestartPolicy::default(), &census);
    assert_eq!(counter.ask(Add(1), PATIENCE).await, Ok(101));
    assert_eq!(counter.ask(Add(13), PATIENCE).await, Err(AskError::Gone));
    assert_eq!(counter.try_send(Add(1)), Err(Refused::Gone), "between two incarnations");
    settle().await;
    assert_eq!(counter.ask(Add(1), PATIENCE).await, Ok(101), "built anew");
    let report = census.report()["counter"].clone();
    assert_eq!((report.alive, report.started, report.restarts, report.refused_gone), (1, 1, 1, 1));
    assert!(report.last_panic.unwrap().contains("thirteen is bad luck"));
    assert!(given_up.borrow().is_none());
}

#[actix::test]
async fn after_the_last_attempt_the_failure_goes_up() {
    tokio::time::pause();
    let census = Census::default();
    let policy = RestartPolicy { restarts_max: 2, ..RestartPolicy::default() };
    let (counter, given_up) = counter(policy, &census);
    for _ in 0..3 {
        assert_eq!(counter.ask(Add(13), PATIENCE).await, Err(AskError::Gone));
        settle().await;
    }
    let failure = given_up.borrow().clone().unwrap();
    assert_eq!((failure.name, failure.panics), ("counter", 3));
    assert_eq!(counter.ask(Add(1), PATIENCE).await, Err(AskError::Gone));
    assert_eq!(census.report()["counter"].failed, 1);
}

#[actix::test]
async fn panics_that_are_far_apart_are_forgiven() {
    tokio::time::pause();
    let census = Census::default();
    let policy = RestartPolicy { restarts_max: 1, ..RestartPolicy::default() };
    let (counter, given_up) = counter(policy, &census);
    for _ in 0..5 {
        assert_eq!(counter.ask(Add(13), PATIENCE).await, Err(AskError::Gone));
        tokio::time::sleep(policy.forgiven_after * 2).await;
    }
    assert!(given_up.borrow().is_none());
    assert_eq!(census.report()["counter"].restarts, 5);
}

#[actix::test]
async fn an_actor_that_stops_has_ended_for_good() {
    tokio::time::pause();
    let census = Census::default();
    let (counter, given_up) = counter(RestartPolicy::default(), &census);
    counter.ask(Stop, PATIENCE).await.unwrap();
    settle().await;
    assert_eq!(counter.ask(Add(1), PATIENCE).await, Err(AskError::Gone));
    assert_eq!(census.report()["counter"].alive, 0);
    assert!(given_up.borrow().is_none());
}

#[actix::test]
async fn a_full_mailbox_refuses_and_is_counted() {
    let census = Census::default();
    let (counter, _) = counter(RestartPolicy::default(), &census);
    let refused = (0..1_000).filter(|_| counter.try_send(Add(1)) == Err(Refused::Full)).count();
    assert!(refused > 900, "{refused}");
    let text = serde_json::to_value(census.report()).unwrap();
    assert_eq!(text["counter"]["refused_full"], refused);
}
