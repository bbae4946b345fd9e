//! What boards show is computed whether somebody looks or not: it is there at once when somebody does.

use actors::web::boards::Board;
use anyhow::Result;
use ports::demand::Demand;
use ports::documents::Documents;
use std::sync::Arc;
use std::time::Duration;

/// A hint may be lost, and so may wishes: boards are read anew after this.
const AGAIN: Duration = Duration::from_secs(30);

/// The library as the web knows it.
pub(super) fn web_library(library: &stats::Library) -> web::Library {
    let infos = library.stat_types().map(|stat_type| web::StatInfo {
        name: stat_type.name.clone(),
        title: stat_type.title.clone(),
        words: stat_type.description.clone(),
        unit: stat_type.unit.clone(),
        category: stat_type.category.as_str().into(),
        object_types: stat_type.objects.clone(),
    });
    web::Library::new(infos)
}

/// Wants what all boards show, once.
pub(super) async fn want_boards(
    documents: &dyn Documents,
    library: &web::Library,
    demand: &dyn Demand,
) -> Result<()> {
    let mut wanted = Vec::new();
    for document in documents.list("board").await? {
        let board: Board = match serde_json::from_value(document.body) {
            Ok(board) => board,
            Err(error) => {
                tracing::warn!(board = %document.id, %error, "board {} can't be read; it is left out", document.id);
                continue;
            }
        };
        for widget in &board.widgets {
            let Some(query) = &widget.query else { continue };
            match library.columns(query) {
                Ok(columns) => {
                    for (_, cause) in columns.refused() {
                        tracing::debug!(board = %document.id, widget = %widget.id, %cause, "a formula can't be computed");
                    }
                    wanted.extend(columns.wanted);
                }
                Err(cause) => {
                    tracing::warn!(board = %document.id, widget = %widget.id, cause, "a widget can't be computed")
                }
            }
        }
    }
    demand.want(wanted).await?;
    Ok(())
}

/// Wants what all boards show, now and whenever one changes.
pub(super) async fn follow(documents: Arc<dyn Documents>, library: web::Library, demand: Arc<dyn Demand>) {
    let mut changes = documents.watch();
    loop {
        if let Err(error) = want_boards(documents.as_ref(), &library, demand.as_ref()).await {
            tracing::warn!(%error, "what boards show can't be asked for; trying again");
        }
        // Kinds do not matter: a hint is cheap, and so is the list.
        let _ = tokio::time::timeout(AGAIN, changes.recv()).await;
    }
}
