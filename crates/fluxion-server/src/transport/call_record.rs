//! What is noted of a call from its headers to the last byte of its answer. Must not know what a call says.

use std::sync::Arc;

use http::HeaderMap;
use tokio::time::Instant;
use tonic::{Code, Status};

use crate::measures::call_measures::{CallMeasures, Method};
use crate::transport::activity::OpenCall;
use crate::transport::call_log::CallLog;
use crate::transport::call_notes::CallNotes;
use crate::transport::parties::OpenStream;
use crate::transport::request_ids::RequestIds;
use crate::transport::revisions;

/// Where calls are counted and logged.
#[derive(Debug)]
pub(crate) struct CallBook {
    pub(crate) measures: Arc<CallMeasures>,
    pub(crate) log: CallLog,
    ids: RequestIds,
}

impl CallBook {
    /// Counts calls there, and writes so many lines a second.
    pub(crate) fn new(measures: Arc<CallMeasures>, log_rate: u64) -> Arc<Self> {
        Arc::new(Self { measures, log: CallLog::new(log_rate), ids: RequestIds::new() })
    }
}

/// A call that is open until this is dropped, then counted and logged.
#[derive(Debug)]
pub(crate) struct CallRecord {
    book: Arc<CallBook>,
    method: Method,
    pub(crate) begun: Instant,
    /// How it ended; nothing as long as it has not.
    code: Option<Code>,
    pub(crate) notes: CallNotes,
    /// Counts until the call has ended, if it is a stream.
    pub(crate) stream: Option<OpenStream>,
    _open: OpenCall,
}

impl CallRecord {
    /// The headers of a call are there.
    pub(crate) fn begin(
        book: &Arc<CallBook>,
        path: &str,
        (headers, least_revision): (&HeaderMap, Option<u64>),
        open: OpenCall,
    ) -> Self {
        let (method, notes) =
            (book.measures.method(path), CallNotes::new(book.ids.of(headers), least_revision));
        let (book, begun) = (Arc::clone(book), Instant::now());
        Self { book, method, begun, code: None, notes, stream: None, _open: open }
    }

    /// The headers of its answer are on their way: they tell which request it was, and what it has seen.
    pub(crate) fn head(&mut self, headers: &mut HeaderMap) {
        RequestIds::put(self.notes.request_id(), headers);
        revisions::put(self.notes.revision(), headers);
        self.answered(headers);
    }

    /// Headers or trailers of its answer are on their way; the last ones say how it ended.
    pub(crate) fn answered(&mut self, headers: &HeaderMap) {
        if let Some(status) = headers.get(Status::GRPC_STATUS) {
            self.code = Some(Code::from_bytes(status.as_bytes()));
        }
    }
}

impl Drop for CallRecord {
    fn drop(&mut self) {
        // an answer that nobody took to its end
        let (code, time) = (self.code.unwrap_or(Code::Cancelled), self.begun.elapsed());
        let CallBook { measures, log, .. } = &*self.book;
        measures.count(self.method, code, time);
        log.write(measures.name(self.method), code, time, &self.notes);
    }
}
