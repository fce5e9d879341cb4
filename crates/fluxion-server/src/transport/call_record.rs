//! What is noted of a call from its headers to the last byte of its answer. Must not know what a call says.

use std::sync::Arc;

use http::HeaderMap;
use tokio::time::Instant;
use tonic::{Code, Status};

use crate::measures::call_measures::{CallMeasures, Method};
use crate::transport::activity::OpenCall;

/// A call that is open until this is dropped, and counted then.
#[derive(Debug)]
pub(crate) struct CallRecord {
    measures: Arc<CallMeasures>,
    method: Method,
    begun: Instant,
    /// How it ended; nothing as long as it has not.
    code: Option<Code>,
    _open: OpenCall,
}

impl CallRecord {
    /// The headers of a call are there.
    pub(crate) fn begin(measures: &Arc<CallMeasures>, path: &str, open: OpenCall) -> Self {
        let (measures, method) = (Arc::clone(measures), measures.method(path));
        Self { measures, method, begun: Instant::now(), code: None, _open: open }
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
        let code = self.code.unwrap_or(Code::Cancelled);
        self.measures.count(self.method, code, self.begun.elapsed());
    }
}
