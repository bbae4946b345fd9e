//! Rules of grants.

use crate::StoreError;
use crate::grants::{Announced, Book, GrantBook, Grants, Scope, Subject, Viewer};
use access::{Reach, Rule, Sheet};
use model::time::Micros;
use model::{Object, ObjectType, Text};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast;

fn agent(number: usize) -> Object {
    Object::new(ObjectType::Agent, format!("A{number}"))
}

fn rule(name: &str, agents: std::ops::Range<usize>) -> Arc<Rule> {
    let allows = Reach::These(Arc::new(agents.map(agent).collect()));
    Arc::new(Rule { name: name.into(), who: "somebody".into(), allows, denies: Reach::default() })
}

fn sheet(rules: &[&str]) -> Sheet {
    Sheet { rules: rules.iter().map(|name| Text::from(*name)).collect(), bounded: false }
}

fn user(name: &str) -> Subject {
    Subject::User(name.into())
}

fn viewer(user: &str, roles: &[&str]) -> Viewer {
    let roles = roles.iter().map(|role| Text::from(*role)).collect();
    Viewer { tenant: "t".into(), user: user.into(), roles }
}

/// A book of two rules: ann's, and that of leads.
fn first() -> Book {
    let rules = [rule("ann's", 0..3_000), rule("leads'", 5..6)];
    let lead = Subject::Role("lead".into());
    Book {
        rules: rules.into_iter().map(|rule| (rule.name.clone(), rule)).collect(),
        sheets: [(user("ann"), sheet(&["ann's"])), (lead, sheet(&["leads'"])), (user("bob"), sheet(&[]))]
            .into(),
    }
}

async fn scope(grants: &dyn Grants, user: &str, roles: &[&str]) -> Scope {
    grants.granted(&viewer(user, roles)).await.expect("answers").statement.scope()
}

async fn announced(hints: &mut broadcast::Receiver<Announced>) -> Announced {
    let heard = tokio::time::timeout(Duration::from_secs(1), hints.recv()).await;
    heard.expect("a change is announced").expect("somebody announces")
}

/// Every rule of [`GrantBook`] and [`Grants`] on the same store.
///
/// # Panics
/// When one is broken.
pub async fn grants(book: &dyn GrantBook, grants: &dyn Grants) {
    let mut hints = grants.watch();
    let (ann, now) = (viewer("ann", &[]), Micros::from_secs(1_000));
    let nothing = grants.granted(&ann).await.expect("answers");
    assert_eq!(nothing.statement.scope(), Scope::Nothing, "before the first book nobody is granted anything");
    assert_eq!((nothing.revision, nothing.confirmed), (0, Micros::ZERO));
    assert_eq!(book.told().await.expect("answers").revision, 0);
    assert!(book.confirm(7, now).await.is_err(), "what was never told can't hold");

    let told = book.tell(&Book::default().news(&first()), 0, now).await.expect("told");
    let Announced::These(concerned) = announced(&mut hints).await else { panic!("whom it concerns is told") };
    assert!(concerned.contains(&user("ann")) && concerned.contains(&user("bob")), "{concerned:?}");
    let granted = grants.granted(&ann).await.expect("answers");
    assert_eq!((granted.revision, granted.told, granted.confirmed), (told, now, now));
    let all: BTreeSet<Object> = (0..3_000).map(agent).collect();
    assert_eq!(granted.statement.scope(), Scope::only(all));
    assert_eq!(scope(grants, "Ann", &[]).await, granted.statement.scope(), "names of users know no case");
    assert_eq!(scope(grants, "bob", &[]).await, Scope::Nothing);
    assert_eq!(scope(grants, "bob", &["lead"]).await, Scope::only([agent(5)].into()), "by the role");
    assert_eq!(scope(grants, "nobody", &["other"]).await, Scope::Nothing);
    let kept = book.told().await.expect("answers");
    assert_eq!((kept.revision, &kept.book), (told, &first()), "what was told is read back");

    let late = book.tell(&first().news(&Book::default()), told - 1, now).await;
    assert!(
        matches!(late, Err(StoreError::Conflict { .. })),
        "who missed a revision changes nothing: {late:?}"
    );
    assert_eq!(book.told().await.expect("answers"), kept);

    let mut second = first();
    second.rules.insert("leads'".into(), rule("leads'", 6..7));
    let later = now + Micros::from_secs(1);
    let news = first().news(&second);
    let again = book.tell(&news, told, later).await.expect("told");
    assert!(again > told, "revisions rise");
    let lead = Announced::These(Arc::new([Subject::Role("lead".into())].into()));
    assert_eq!(announced(&mut hints).await, lead, "only those whose objects differ");
    assert!(lead.concerns(&viewer("zoe", &["lead"])) && !lead.concerns(&viewer("ann", &[])));
    assert_eq!(scope(grants, "bob", &["lead"]).await, Scope::only([agent(6)].into()));

    let stands = book.confirm(told, later).await;
    assert!(matches!(stands, Err(StoreError::Conflict { .. })), "an old revision does not hold: {stands:?}");
    let latest = later + Micros::from_secs(5);
    book.confirm(again, latest).await.expect("it holds");
    let granted = grants.granted(&ann).await.expect("answers");
    assert_eq!((granted.revision, granted.told, granted.confirmed), (again, later, latest));

    let gone = book.tell(&second.news(&Book::default()), again, latest).await.expect("told");
    assert_eq!(scope(grants, "ann", &["lead"]).await, Scope::Nothing, "what is gone is not granted");
    assert_eq!(book.told().await.expect("answers").book, Book::default());
    assert!(gone > again);

    book.tell(&Book::default().news(&first()), gone, latest).await.expect("told");
    book.forget().await.expect("forgotten");
    let nothing = grants.granted(&ann).await.expect("answers");
    assert_eq!(
        (nothing.revision, nothing.statement.scope()),
        (0, Scope::Nothing),
        "what is forgotten is not granted"
    );
}
