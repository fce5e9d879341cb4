//! What happens to a graph, as it happens. A watch that loses its connection goes on after what it has told last.

use std::time::Duration;

use tokio::time::Instant;
use tonic::{Code, Streaming};

use crate::proto::v1::watch_request::Start;
use crate::proto::v1::watch_response::Item;
use crate::proto::v1::{WatchRequest, WatchResponse};
use crate::v1::{Cursor, Error, Event, EventKind, Failure, Graph, GraphState};

const CALL: &str = "Watch";

/// Seconds between bookmarks, unless something else is asked for.
const BOOKMARK: u32 = 5;

/// Beyond three bookmarks that did not come a server is silent for so long before it is taken to be gone.
const SILENCE: Duration = Duration::from_secs(10);

/// From the first new attempt to the next, and the longest wait between two.
const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// How long a watch tries to go on, unless something else is said.
const PATIENCE: Duration = Duration::from_secs(300);

/// What a watch tells.
#[expect(clippy::large_enum_variant, reason = "most of them are events")]
#[derive(Clone, Debug, PartialEq)]
pub enum Watched {
    /// All of the state, as of a place. The first thing, if it was asked for.
    State(GraphState, Cursor),
    /// Where the watch begins; else the first thing.
    Begun(Cursor),
    /// Something has happened.
    Event(Event),
    /// All until here was told.
    Bookmark(Cursor),
}

/// A watch of a graph. Whatever it has told is behind its [`Watching::cursor`].
#[derive(Debug)]
pub struct Watching {
    graph: Graph,
    request: WatchRequest,
    stream: Option<Streaming<WatchResponse>>,
    /// What has come of the state.
    state: GraphState,
    cursor: Option<Cursor>,
    patience: Duration,
}

/// Where a watch begins, and what it tells.
#[derive(Clone, Debug, Default)]
pub struct WatchFrom(WatchRequest);

impl WatchFrom {
    /// With what happens from now on.
    pub fn now() -> Self {
        Self::at(Start::Now(true))
    }

    /// With the state of now, then what happens from then on.
    pub fn state() -> Self {
        Self::at(Start::WithState(true))
    }

    /// With what came after a place, which an earlier watch or an answer has told.
    pub fn after(incarnation: impl Into<String>, revision: u64) -> Self {
        Self::at(Start::After(Cursor { incarnation: incarnation.into(), revision }))
    }

    fn at(start: Start) -> Self {
        Self(WatchRequest { start: Some(start), ..WatchRequest::default() })
    }

    /// Tells only events of these kinds; of all if there is none.
    #[must_use]
    pub fn with_kinds(mut self, kinds: impl IntoIterator<Item = EventKind>) -> Self {
        self.0.kinds = kinds.into_iter().map(Into::into).collect();
        self
    }

    /// Tells a bookmark after so many seconds without anything else; 0 for 5.
    #[must_use]
    pub fn with_bookmarks(mut self, seconds: u32) -> Self {
        self.0.bookmark_seconds = seconds;
        self
    }
}

impl Graph {
    /// Watches the graph. If the connection is lost, or the server ends, the watch goes on with the next one after what it has told
    /// last: nothing is told twice, and nothing is left out.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT`: the place is yet to come. `OUT_OF_RANGE` (TOO_OLD): some of what came after it is not known any
    /// more. `FAILED_PRECONDITION`: it is of another load of the graph. Those of the connection.
    pub async fn watch(&self, from: WatchFrom) -> Result<Watching, Error> {
        let request = WatchRequest { graph: self.name.clone(), ..from.0 };
        let (graph, patience) = (self.clone(), PATIENCE);
        let (state, cursor) = (GraphState::default(), None);
        let mut watching = Watching { graph, request, stream: None, state, cursor, patience };
        watching.begin().await?;
        Ok(watching)
    }
}

impl Watching {
    /// The same, which tries for so long to go on when its connection is lost; not at all if that is zero.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Where to go on after all that was told; nothing before the first thing was.
    pub fn cursor(&self) -> Option<&Cursor> {
        self.cursor.as_ref()
    }

    /// The next thing. If the future is dropped, nothing is lost.
    ///
    /// # Errors
    /// What ends the watch: `NOT_FOUND`: the graph was dropped, or another took its place, and others as for
    /// [`Graph::watch`]. Those of the connection, once it could not be opened again for as long as patience lasts.
    pub async fn next(&mut self) -> Result<Watched, Error> {
        let (mut wait, mut since) = (FIRST_WAIT, None);
        loop {
            let error = match self.tell().await {
                Ok(told) => return Ok(told),
                Err(error) => error,
            };
            self.stream = None;
            let now = Instant::now();
            let until = *since.get_or_insert(now) + self.patience;
            if !may_pass(&error) || now + wait > until {
                return Err(error);
            }
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    async fn begin(&mut self) -> Result<(), Error> {
        let mut request = self.request.clone();
        if let Some(cursor) = &self.cursor {
            request.start = Some(Start::After(cursor.clone()));
        }
        self.state = GraphState::default();
        let mut service = self.graph.server.insight_service();
        self.stream = Some(self.graph.server.call(CALL, service.watch(request)).await?);
        Ok(())
    }

    async fn tell(&mut self) -> Result<Watched, Error> {
        if self.stream.is_none() {
            self.begin().await?;
        }
        loop {
            let told = match self.item().await? {
                Item::State(piece) => {
                    self.state.jobs.extend(piece.jobs);
                    self.state.down.extend(piece.down);
                    continue;
                }
                // it goes on
                Item::Synced(_) if self.cursor.is_some() => continue,
                Item::Synced(cursor) if self.wants_state() => {
                    Watched::State(std::mem::take(&mut self.state), cursor)
                }
                Item::Synced(cursor) => Watched::Begun(cursor),
                Item::Event(event) => Watched::Event(event),
                Item::Bookmark(cursor) => Watched::Bookmark(cursor),
            };
            self.cursor = told.cursor().cloned().or(self.cursor.take());
            return Ok(told);
        }
    }

    fn wants_state(&self) -> bool {
        self.request.start == Some(Start::WithState(true))
    }

    async fn item(&mut self) -> Result<Item, Error> {
        let bookmark = match self.request.bookmark_seconds {
            0 => BOOKMARK,
            seconds => seconds,
        };
        let silence = Duration::from_secs(u64::from(bookmark) * 3) + SILENCE;
        let gone = |message: &str| Failure::plain(CALL, Code::Unavailable, message.to_owned());
        let Some(stream) = &mut self.stream else { return Err(gone("no stream").into()) };
        match tokio::time::timeout(silence, stream.message()).await {
            Err(_) => Err(gone("the server says nothing any more").into()),
            Ok(Err(status)) => Err(Failure::of(CALL, &status).into()),
            Ok(Ok(None)) => Err(gone("the server has ended the watch").into()),
            Ok(Ok(Some(WatchResponse { item }))) => {
                item.ok_or_else(|| gone("the server sent an empty answer").into())
            }
        }
    }
}

impl Watched {
    /// Where to go on after it.
    pub fn cursor(&self) -> Option<&Cursor> {
        match self {
            Self::State(_, cursor) | Self::Begun(cursor) | Self::Bookmark(cursor) => Some(cursor),
            Self::Event(event) => event.cursor.as_ref(),
        }
    }
}

/// Whether another connection may help: what the transport reports has no code of its own.
fn may_pass(error: &Error) -> bool {
    match error {
        Error::Call(failure) => matches!(
            failure.code,
            Code::Unavailable | Code::Unknown | Code::Cancelled | Code::Internal
        ),
        Error::Connection(_) => true,
        Error::Read(_) => false,
    }
}
