//! Writing a graph for a client, piece by piece, on a copy: neither the graph nor the memory waits for the client.

use std::fmt;

use fluxion_context::{Context, GraphFormat};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Status;

use crate::proto::fluxion::v1::ExportGraphResponse;

/// Bytes of a piece, about.
const PIECE: usize = 64 << 10;

/// How many pieces may wait for a client that reads slowly.
const WAITING: usize = 4;

/// The text of a graph. The writer stops when the stream is dropped.
pub(crate) fn pieces(
    context: Context,
    format: GraphFormat,
    revision: u64,
) -> ReceiverStream<Result<ExportGraphResponse, Status>> {
    let (ready, pieces) = mpsc::channel(WAITING);
    tokio::task::spawn_blocking(move || {
        let mut out = Pieces { ready, text: String::new(), revision };
        let written = context.write_graph(format, &mut out);
        // An error says that nobody listens.
        let _ = written.and_then(|()| out.send());
    });
    ReceiverStream::new(pieces)
}

struct Pieces {
    ready: mpsc::Sender<Result<ExportGraphResponse, Status>>,
    text: String,
    revision: u64,
}

impl Pieces {
    fn send(&mut self) -> fmt::Result {
        let text = std::mem::take(&mut self.text).into_bytes();
        let piece = ExportGraphResponse { text, revision: self.revision };
        self.ready.blocking_send(Ok(piece)).map_err(|_| fmt::Error)
    }
}

impl fmt::Write for Pieces {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.text.push_str(text);
        if self.text.len() < PIECE { Ok(()) } else { self.send() }
    }
}
