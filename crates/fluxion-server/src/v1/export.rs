//! Writing a graph for a client, piece by piece, on a copy: neither the graph nor the memory waits for the client.
//!
//! Each export has a thread while it lasts, so there are few at once: others wait for a place, and whoever has not taken a
//! piece for a while loses it to them.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context as TaskContext, Poll};
use std::time::Duration;

use fluxion_context::{Context, GraphFormat};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::time::Instant;
use tokio_stream::Stream;
use tonic::Status;

use crate::message::no_memory;
use crate::proto::fluxion::v1::ExportGraphResponse;
use crate::transport::memory::Counted;
use crate::transport::seen::Seen;
use crate::v1::failure;

/// Bytes of a piece, about.
const PIECE: usize = 64 << 10;

/// How many pieces may wait for a client that reads slowly.
const WAITING: usize = 4;

/// Exports at once.
const PLACES: usize = 8;

/// How long a client may leave a piece lying while others wait.
const PATIENCE: Duration = Duration::from_secs(3);

/// How long a client may wait for a place.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

type Item = Result<ExportGraphResponse, Status>;

/// The places of all exports. Clones share them.
#[derive(Clone, Debug)]
pub(crate) struct Exports {
    places: Arc<Semaphore>,
    open: Arc<Mutex<Vec<Arc<Export>>>>,
    patience: Duration,
}

/// What is known of an export that has a place.
#[derive(Debug)]
struct Export {
    /// When its client last asked for something, and the place.
    state: Mutex<(Instant, Option<Held>)>,
}

/// Ends the writer and frees the place when it is dropped.
#[derive(Debug)]
struct Held {
    pieces: mpsc::Receiver<Item>,
    _place: OwnedSemaphorePermit,
}

/// Which state of a graph is exported.
#[derive(Clone, Debug, Default)]
pub(crate) struct Exported {
    pub(crate) revision: u64,
    pub(crate) incarnation: String,
}

/// A place that an export may take.
#[derive(Debug)]
pub(crate) struct Place {
    exports: Exports,
    place: OwnedSemaphorePermit,
}

impl Default for Exports {
    fn default() -> Self {
        Self::new(PLACES, PATIENCE)
    }
}

/// A graph that stays as it is while it is written.
#[derive(Debug)]
pub(crate) struct Copied {
    context: Context,
    /// Its own part, and that of the graph from which it is.
    _taken: (Counted, Arc<Counted>),
}

impl Copied {
    /// A copy of a graph, which shares what neither changes.
    pub(crate) fn of(seen: Seen<'_>) -> Result<Self, Status> {
        let whole = seen.held;
        let own = seen.memory.hold(whole.bytes() / 4).map_err(|refusal| no_memory(&refusal))?;
        let context = seen.store.context().clone();
        Ok(Self { context, _taken: (own, Arc::clone(whole)) })
    }
}

impl Exports {
    fn new(places: usize, patience: Duration) -> Self {
        Self { places: Arc::new(Semaphore::new(places)), open: Arc::default(), patience }
    }

    /// Waits for a place, and takes it from whoever has not read for too long.
    pub(crate) async fn place(&self) -> Result<Place, Status> {
        let end = Instant::now() + LONGEST_WAIT;
        while Instant::now() < end {
            let next = self.give_up();
            let place = Arc::clone(&self.places).acquire_owned();
            if let Ok(Ok(place)) = tokio::time::timeout_at(next.min(end), place).await {
                return Ok(Place { exports: self.clone(), place });
            }
        }
        Err(failure::too_many_exports())
    }

    /// Ends an export whose client does not read, if no place is free; when to look again.
    fn give_up(&self) -> Instant {
        let now = Instant::now();
        if self.places.available_permits() > 0 {
            return now + self.patience;
        }
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|export| export.asked().is_some());
        let stalest = open.iter().filter_map(|export| export.asked()).min();
        match stalest {
            Some(asked) if asked + self.patience <= now => {
                let lost = open.iter().find(|export| export.asked() == Some(asked));
                lost.into_iter().for_each(|export| export.end());
                now + self.patience
            }
            Some(asked) => asked + self.patience,
            None => now + self.patience,
        }
    }
}

impl Export {
    /// `None` once it has ended.
    fn asked(&self) -> Option<Instant> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.1.as_ref().map(|_| state.0)
    }

    fn end(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).1 = None;
    }
}

impl Place {
    /// The text of a graph. The writer stops when the stream is dropped.
    pub(crate) fn pieces(self, copy: Copied, format: GraphFormat, of: Exported) -> Pieces {
        let (ready, pieces) = mpsc::channel(WAITING);
        tokio::task::spawn_blocking(move || {
            let mut out = Writer { ready, text: String::new(), of };
            let written = copy.context.write_graph(format, &mut out);
            // An error says that nobody listens.
            let _ = written.and_then(|()| out.send());
        });
        let held = Held { pieces, _place: self.place };
        let export = Arc::new(Export { state: Mutex::new((Instant::now(), Some(held))) });
        let mut open = self.exports.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|export| export.asked().is_some());
        open.push(Arc::clone(&export));
        Pieces(export)
    }
}

/// The pieces of an export.
#[derive(Debug)]
pub(crate) struct Pieces(Arc<Export>);

impl Stream for Pieces {
    type Item = Item;

    fn poll_next(self: Pin<&mut Self>, task: &mut TaskContext<'_>) -> Poll<Option<Item>> {
        let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.0 = Instant::now();
        match &mut state.1 {
            Some(held) => held.pieces.poll_recv(task),
            None => Poll::Ready(Some(Err(failure::export_given_up()))),
        }
    }
}

impl Drop for Pieces {
    fn drop(&mut self) {
        self.0.end();
    }
}

struct Writer {
    ready: mpsc::Sender<Item>,
    text: String,
    of: Exported,
}

impl Writer {
    fn send(&mut self) -> fmt::Result {
        let text = std::mem::take(&mut self.text).into_bytes();
        let Exported { revision, incarnation } = self.of.clone();
        let piece = ExportGraphResponse { text, revision, incarnation };
        self.ready.blocking_send(Ok(piece)).map_err(|_| fmt::Error)
    }
}

impl fmt::Write for Writer {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.text.push_str(text);
        if self.text.len() < PIECE { Ok(()) } else { self.send() }
    }
}

#[cfg(test)]
mod tests {
    use tokio_stream::StreamExt as _;

    use super::*;
    use crate::Config;
    use crate::test_graph::GRAPH;
    use crate::transport::memory::Memory;

    fn begin(place: Place) -> Pieces {
        let context = Context::load(GRAPH, &Config::default().options("")).unwrap();
        let memory = Arc::<Memory>::default();
        let copy = Copied { context, _taken: (memory.note(0), Arc::new(memory.note(0))) };
        place.pieces(copy, GraphFormat::Jgf, Exported::default())
    }

    /// 600 of them starved a ninth.
    #[tokio::test]
    async fn exports_that_nobody_reads_starve_no_other() {
        let exports = Exports::new(2, Duration::ZERO);
        let mut unread = Vec::new();
        for _ in 0..600 {
            unread.push(begin(exports.place().await.unwrap()));
        }
        let mut read = begin(exports.place().await.unwrap());
        let piece = read.next().await.unwrap().unwrap();
        assert!(String::from_utf8(piece.text).unwrap().starts_with("{\"graph\""));
        assert!(read.next().await.is_none());
        let status = unread[0].next().await.unwrap().unwrap_err();
        assert_eq!(status.code(), tonic::Code::ResourceExhausted);
        drop(read);
        drop(unread);
        assert_eq!(exports.places.available_permits(), 2);
    }
}
