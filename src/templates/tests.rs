use super::*;
use crate::shipped as program;
use actors::web;
use actors::web::boards::Board;
use model::time::Micros;
use ports::documents::{Document, Documents};
use serde_json::json;
use stats::Library;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use store_memory::MemoryDocuments;

const PENDING: [&str; 1] = [include_str!("../../config/statistics/pending/media.toml")];

fn is_pending(template: &Template, name: &str) -> bool {
    template.pending.iter().any(|pending| pending == name)
}

#[test]
fn there_are_the_25_of_the_field_and_no_other_file() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/templates");
    let files: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    let known: BTreeSet<String> = FILES.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!((files.len(), files), (25, known));
}

#[test]
fn every_statistic_exists_for_the_objects_and_is_written_in_its_unit() {
    let library = program::library().unwrap();
    for template in shipped().unwrap() {
        for column in &template.column {
            let Some(name) = column.statistic.as_deref().filter(|name| !is_pending(&template, name)) else {
                continue;
            };
            let stat = library.stat_type(name).unwrap_or_else(|| panic!("{}: no {name}", template.name));
            for object_type in &template.object_types {
                assert!(stat.objects.contains(object_type), "{}: {name} of {object_type:?}", template.name);
            }
            let format = match stat.unit.as_str() {
                "count" => "integer",
                "seconds" => "time",
                unit => unit,
            };
            assert_eq!(column.format.as_deref(), Some(format), "{}: {name}", template.name);
        }
    }
}

#[test]
fn what_is_pending_is_really_missing_and_written_down() {
    let library = program::library().unwrap();
    let mut wanted = BTreeMap::new();
    for text in PENDING {
        let pending = Library::from_toml(text).unwrap();
        for stat_type in pending.stat_types() {
            wanted.insert(stat_type.name.to_string(), stat_type.clone());
        }
    }
    let mut named = BTreeSet::new();
    for template in shipped().unwrap() {
        for name in &template.pending {
            assert!(
                library.stat_type(name).is_none(),
                "{name} is in the library: take it out of the `pending` of {}, and out of config/statistics/pending",
                template.name
            );
            let stat = wanted.get(name.as_str()).unwrap_or_else(|| panic!("{name} is not written down"));
            for object_type in &template.object_types {
                assert!(stat.objects.contains(object_type), "{}: {name} of {object_type:?}", template.name);
            }
            assert!(template.column.iter().any(|column| column.key() == name), "{}: {name}", template.name);
            named.insert(name.to_string());
        }
    }
    assert_eq!(named.len(), wanted.len(), "every one that is written down is named by a template");
}

#[test]
fn what_can_be_shown_makes_a_widget_that_a_board_accepts() {
    let infos = program::library()
        .unwrap()
        .stat_types()
        .map(|stat_type| web::StatInfo {
            name: stat_type.name.clone(),
            title: stat_type.title.clone(),
            words: stat_type.description.clone(),
            unit: stat_type.unit.clone(),
            category: stat_type.category.as_str().into(),
            object_types: stat_type.objects.clone(),
        })
        .collect::<Vec<_>>();
    let library = web::Library::new(infos);
    let mut shown = 0;
    for template in shipped().unwrap() {
        let mut widget = template.body()["widget"].clone();
        let has_values = !template.object_types.is_empty();
        if has_values && widget["query"]["statistics"].as_array().is_none_or(Vec::is_empty) {
            continue;
        }
        shown += 1;
        for (key, value) in [("id", json!("w")), ("x", json!(0)), ("y", json!(0))] {
            widget[key] = value;
        }
        let board = json!({ "id": "b", "title": "b", "widgets": [widget] });
        if let Err(error) = Board::parse(&board, &library) {
            panic!("{}: {error}", template.name);
        }
        let limits = template.column.iter().filter(|column| column.warn.is_some()).count();
        assert!(limits > 0 || !has_values, "{} has no limits", template.name);
    }
    assert_eq!(
        shown, 25,
        "6 of voice, the agents of 4 media, 8 of interaction queues, 4 of campaigns, and 3 without values"
    );
}

async fn put(documents: &MemoryDocuments, name: &str, edit: impl Fn(&mut Value)) {
    let mut document = documents.get(KIND, name).await.unwrap().unwrap();
    edit(&mut document.body);
    documents.put(Document { changed_by: "ann".into(), ..document }).await.unwrap();
}

#[test]
fn a_shipped_file_that_is_read_and_written_is_the_same_file_but_for_comments() {
    for (name, text) in FILES {
        let template = Template::read(name, text).unwrap();
        let uncommented: String = text.split_inclusive('\n').filter(|line| !line.starts_with('#')).collect();
        assert_eq!(template.write().unwrap(), uncommented, "{name}");
        // The columns that are left out until they can be computed are not in the document.
        let kept = Template::from_body(name, &template.body()).unwrap();
        assert_eq!(kept.body(), template.body(), "{name}");
    }
}

#[tokio::test]
async fn the_second_time_nothing_changes() {
    let documents = MemoryDocuments::default();
    let templates = shipped().unwrap();
    let planned = check(&documents, &templates).await.unwrap();
    assert!(documents.list(KIND).await.unwrap().is_empty(), "a check changes nothing");
    let first = load(&documents, &templates, Micros::ZERO).await.unwrap();
    assert_eq!(first, planned);
    assert!(first.len() == 25 && first.values().all(|fate| *fate == Fate::New), "{first:?}");
    let stored = documents.list(KIND).await.unwrap();
    let second = load(&documents, &templates, Micros::from_secs(9)).await.unwrap();
    assert!(second.values().all(|fate| *fate == Fate::Same), "{second:?}");
    assert_eq!(documents.list(KIND).await.unwrap(), stored);
}

#[tokio::test]
async fn an_upgrade_replaces_what_nobody_changed_and_keeps_the_rest() {
    let documents = MemoryDocuments::default();
    let templates = shipped().unwrap();
    load(&documents, &templates, Micros::ZERO).await.unwrap();
    put(&documents, "Queue_KPIs", |body| body["title"] = json!("Ours")).await;
    let gone = documents.get(KIND, "IFRAME").await.unwrap().unwrap();
    documents.delete(KIND, "IFRAME", gone.revision, "ann", Micros::ZERO).await.unwrap();

    let mut newer = templates;
    for template in &mut newer {
        template.description = "newer".into();
    }
    let report = load(&documents, &newer, Micros::ZERO).await.unwrap();
    assert_eq!((report["Queue_KPIs"], report["IFRAME"]), (Fate::Edited, Fate::Removed));
    assert_eq!(report.values().filter(|fate| **fate == Fate::Upgraded).count(), 23);
    assert_eq!(documents.get(KIND, "Queue_KPIs").await.unwrap().unwrap().body["title"], "Ours");
    assert!(documents.get(KIND, "IFRAME").await.unwrap().is_none());
    let again = load(&documents, &newer, Micros::ZERO).await.unwrap();
    assert_eq!(again.values().filter(|fate| **fate == Fate::Same).count(), 23, "{again:?}");
}

#[tokio::test]
async fn who_goes_back_to_what_is_shipped_gets_upgrades_again() {
    let documents = MemoryDocuments::default();
    let templates = shipped().unwrap();
    load(&documents, &templates, Micros::ZERO).await.unwrap();
    let title = templates.iter().find(|template| template.name == "Queue_KPIs").unwrap().title.clone();
    put(&documents, "Queue_KPIs", |body| body["title"] = json!("Ours")).await;
    put(&documents, "Queue_KPIs", |body| body["title"] = json!(title)).await;
    assert_eq!(check(&documents, &templates).await.unwrap()["Queue_KPIs"], Fate::Same);
}
