//! The door: a browser's requests, checked against library, rights and bounds before anything is opened.

use super::board::narrowed;
use super::boards::{Board, check_query};
use super::columns::Columns;
use super::gate::Gate;
use super::hub::{Hub, OpenBoard};
use super::library::Library;
use super::session::{Acknowledge, Fail, Follow, Session, Unfollow};
use actix::Addr;
use model::Text;
use ports::demand::Demand;
use ports::documents::Documents;
use ports::grants::{Scope, Viewer};
use runtime::Ref;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use wire::stream::{Error, Open, Query, Request};

/// Tables that one browser may follow at once.
pub const TABLES_MAX: usize = 64;

/// How long stores and hub are waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// What all doors stand on.
#[derive(Clone)]
pub struct DoorParts {
    /// Who opens boards.
    pub hub: Ref<Hub>,
    /// Where boards are stored.
    pub documents: Arc<dyn Documents>,
    /// Where statistics are wished for.
    pub demand: Arc<dyn Demand>,
    /// Who may see what.
    pub gate: Gate,
    /// What can be wished for.
    pub library: Library,
}

/// Why a request can't be served: a code for programs, words for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// `bad_request`, `not_found`, `too_many`, `unavailable`.
    pub code: &'static str,
    /// Cause and cure.
    pub message: String,
}

/// A query that may be asked.
#[derive(Clone, Debug)]
pub struct Asked {
    /// What.
    pub query: Query,
    /// Its columns.
    pub columns: Columns,
    /// What the viewer may see.
    pub scope: Scope,
}

impl DoorParts {
    /// Checks a query, wishes for its statistics, and finds out what the viewer may see of it.
    ///
    /// # Errors
    /// When it asks for what there is not, or a store does not answer.
    pub async fn ask(&self, viewer: &Viewer, query: Query) -> Result<Asked, Refusal> {
        let bad = |message| Refusal { code: "bad_request", message };
        let columns = check_query(&query, &self.library).map_err(bad)?;
        let scope = narrowed(&self.gate.scope(viewer).await, &query);
        // Who may see nothing wishes for nothing.
        if scope != Scope::Nothing {
            patiently(self.demand.want(columns.wanted.clone())).await?;
        }
        Ok(Asked { query, columns, scope })
    }

    /// The query that a browser means.
    async fn query(&self, viewer: &Viewer, open: &Open) -> Result<Query, Refusal> {
        match (&open.query, &open.board, &open.widget) {
            (Some(query), None, None) => Ok(query.clone()),
            (None, Some(board), Some(widget)) => {
                let board = self.board(viewer, board).await?;
                let missing = || Refusal {
                    code: "not_found",
                    message: format!("board '{}' has no widget '{widget}'", board.id),
                };
                board.query(widget).cloned().ok_or_else(missing)
            }
            _ => Err(Refusal {
                code: "bad_request",
                message: "open: give either 'query', or 'board' and 'widget'".to_owned(),
            }),
        }
    }

    /// A board that the viewer may look at.
    async fn board(&self, viewer: &Viewer, id: &str) -> Result<Board, Refusal> {
        let document = patiently(self.documents.get("board", id)).await?.ok_or_else(|| no_board(id))?;
        let board: Board = serde_json::from_value(document.body).map_err(|error| Refusal {
            code: "bad_request",
            message: format!("board '{id}' cannot be read ({error}); save it anew"),
        })?;
        if board.right(viewer).is_none() {
            return Err(no_board(id));
        }
        Ok(board)
    }
}

/// One that may not be seen is not there.
fn no_board(board: &str) -> Refusal {
    Refusal { code: "not_found", message: format!("there is no board '{board}'; it may have been removed") }
}

async fn patiently<T>(answer: impl Future<Output = ports::Result<T>>) -> Result<T, Refusal> {
    let unavailable = |message| Refusal { code: "unavailable", message };
    match tokio::time::timeout(PATIENCE, answer).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => Err(unavailable(error.to_string())),
        Err(_) => Err(unavailable("a store does not answer; try again in a moment".to_owned())),
    }
}

/// One browser's door.
pub struct Door {
    parts: DoorParts,
    viewer: Viewer,
    session: Addr<Session>,
    opens: BTreeMap<u32, (Open, Query, Scope)>,
    /// Widgets of these boards alone; none: whatever the viewer may ask.
    only: Option<BTreeSet<Text>>,
}

impl Door {
    /// For the requests of `viewer`, whose frames go through `session`.
    pub fn new(parts: DoorParts, viewer: Viewer, session: Addr<Session>) -> Self {
        Self { parts, viewer, session, opens: BTreeMap::new(), only: None }
    }

    /// Opens nothing but widgets of these boards, as they are stored.
    pub fn only(self, boards: BTreeSet<Text>) -> Self {
        Self { only: Some(boards), ..self }
    }

    fn admits(&self, open: &Open) -> bool {
        let Some(boards) = &self.only else { return true };
        open.query.is_none() && open.board.as_ref().is_some_and(|board| boards.contains(board))
    }

    /// Serves one request.
    pub async fn hear(&mut self, request: Request) {
        match request {
            Request::Open(open) => {
                let id = open.id;
                if let Err(refusal) = self.open(open).await {
                    self.opens.remove(&id);
                    self.refuse(id, refusal).await;
                }
            }
            Request::Close { id } => {
                self.opens.remove(&id);
                let _ = self.session.send(Unfollow(id)).await;
            }
            Request::Ack { id, seq } => {
                let _ = self.session.send(Acknowledge { id, seq }).await;
            }
        }
    }

    /// Tells the browser that a message could not be read.
    pub async fn unreadable(&mut self, message: String) {
        self.refuse(0, Refusal { code: "bad_request", message }).await;
    }

    /// Opens everything anew whose viewer may now see other rows.
    pub async fn regrant(&mut self) {
        let scope = self.parts.gate.scope(&self.viewer).await;
        let turned: Vec<Open> = self
            .opens
            .values()
            .filter(|(_, query, before)| *before != narrowed(&scope, query))
            .map(|(open, ..)| Open { from: None, ..open.clone() })
            .collect();
        for open in turned {
            // The old board's frames stop at once, whatever becomes of the new one.
            let _ = self.session.send(Unfollow(open.id)).await;
            self.hear(Request::Open(open)).await;
        }
    }

    /// Closes the tables of boards that the viewer may not see any more.
    pub async fn reshare(&mut self) {
        let of_boards: Vec<(u32, Text)> =
            self.opens.iter().filter_map(|(id, (open, ..))| Some((*id, open.board.clone()?))).collect();
        for (id, board) in of_boards {
            // While the store does not answer, what was open stays so.
            let Err(refusal) = self.parts.board(&self.viewer, &board).await else { continue };
            if refusal.code == "not_found" {
                self.opens.remove(&id);
                let _ = self.session.send(Unfollow(id)).await;
                self.refuse(id, refusal).await;
            }
        }
    }

    async fn refuse(&self, id: u32, Refusal { code, message }: Refusal) {
        let (code, message) = (Text::const_new(code), Text::from(message));
        // The session's end is the browser's, too.
        let _ = self.session.send(Fail(Error { id, code, message, column: None })).await;
    }

    async fn open(&mut self, open: Open) -> Result<(), Refusal> {
        if self.opens.len() >= TABLES_MAX && !self.opens.contains_key(&open.id) {
            let message = format!("{TABLES_MAX} tables are open on this page already; close some");
            return Err(Refusal { code: "too_many", message });
        }
        if !self.admits(&open) {
            let message = "this link shows widgets of its own boards only".to_owned();
            return Err(Refusal { code: "not_permitted", message });
        }
        let query = self.parts.query(&self.viewer, &open).await?;
        let Asked { query, columns, scope } = self.parts.ask(&self.viewer, query).await?;
        let ask = OpenBoard { query: query.clone(), scope: scope.clone(), columns };
        let board = match self.parts.hub.ask(ask, PATIENCE).await {
            Ok(Ok(board)) => board,
            Ok(Err(error)) => return Err(Refusal { code: "too_many", message: error.to_string() }),
            Err(error) => return Err(Refusal { code: "unavailable", message: error.to_string() }),
        };
        let (id, from, merge) = (open.id, open.from, open.merge);
        self.opens.insert(id, (open, query, scope));
        let _ = self.session.send(Follow { id, board, from, merge }).await;
        Ok(())
    }
}
