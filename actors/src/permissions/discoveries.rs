//! A keeper: the objects that are seen live, where not all of them are configured.

use super::desk::{Desk, Seen};
use access::Discovered;
use actix::Addr;
use model::{Object, Text};
use ports::values::{Publication, Values};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tracing::warn;

/// Objects that appear soon after another are told together.
const TOGETHER: Duration = Duration::from_secs(1);

/// Follows publications until the desk's incarnation ends.
pub(super) async fn follow(values: Arc<dyn Values>, desk: Addr<Desk>) {
    loop {
        let mut followed = values.subscribe();
        let mut objects: BTreeMap<Object, Vec<Text>> = BTreeMap::new();
        match values.current().await {
            Ok(current) => {
                for publication in &current {
                    take(&mut objects, publication);
                }
            }
            Err(cause) => {
                warn!(%cause, "objects that are seen live can't be read; will try again");
                tokio::time::sleep(TOGETHER).await;
                continue;
            }
        }
        loop {
            let seen = objects
                .iter()
                .map(|(object, groups)| Discovered { object: object.clone(), groups: groups.clone() });
            if desk.send(Seen(seen.collect())).await.is_err() {
                return;
            }
            // Most publications bring values alone.
            let lost = loop {
                match followed.recv().await {
                    Ok(publication) if take(&mut objects, &publication) => break false,
                    Ok(_) => {}
                    Err(_) => break true,
                }
            };
            tokio::time::sleep(TOGETHER).await;
            if lost {
                break;
            }
        }
    }
}

/// Takes in what a publication says of objects; whether any of it is news.
fn take(objects: &mut BTreeMap<Object, Vec<Text>>, publication: &Publication) -> bool {
    let mut news = false;
    for info in &publication.objects {
        news |= objects.insert(info.object.clone(), info.groups.clone()).as_ref() != Some(&info.groups);
    }
    for object in &publication.gone {
        news |= objects.remove(object).is_some();
    }
    news
}
