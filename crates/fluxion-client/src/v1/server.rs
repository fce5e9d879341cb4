//! A connection to a server.

use std::future::Future;
use std::time::Duration;

use http::HeaderValue;
use tonic::{Code, Response, Status};

use crate::line::Line;
use crate::proto::v1::ListGraphsRequest;
use crate::proto::v1::calendar_service_client::CalendarServiceClient;
use crate::proto::v1::graph_service_client::GraphServiceClient;
use crate::proto::v1::insight_service_client::InsightServiceClient;
use crate::proto::v1::job_service_client::JobServiceClient;
use crate::proto::v1::maintenance_service_client::MaintenanceServiceClient;
use crate::proto::v1::resource_service_client::ResourceServiceClient;
use crate::v1::{Error, Failure, GraphInfo};
use crate::{Options, connection};

/// A connection to a server. Clones share it, and may be used from many tasks at once; a connection that was lost is
/// opened again by the next call.
#[derive(Clone, Debug)]
pub struct Server {
    line: Line,
    options: Options,
}

macro_rules! stub {
    ($name:ident, $client:ident) => {
        pub(crate) fn $name(&self) -> $client<Line> {
            // A large machine has allocations far larger than the 4 MiB that gRPC accepts by default.
            $client::new(self.line.clone())
                .max_encoding_message_size(usize::MAX)
                .max_decoding_message_size(usize::MAX)
        }
    };
}

impl Server {
    stub!(graph_service, GraphServiceClient);
    stub!(calendar_service, CalendarServiceClient);
    stub!(insight_service, InsightServiceClient);
    stub!(job_service, JobServiceClient);
    stub!(resource_service, ResourceServiceClient);
    stub!(maintenance_service, MaintenanceServiceClient);

    /// Connects to the server at `target`: `name:port`, `https://name:port` or `unix:PATH`. Tries until the limit of the options
    /// has passed, as the server may still be starting.
    ///
    /// # Errors
    /// [`Error::Connection`].
    pub async fn connect(target: &str, options: Options) -> Result<Self, Error> {
        let line = connection::open(target, &options).await?;
        Ok(Self::over(line, options))
    }

    pub(crate) fn over(line: Line, options: Options) -> Self {
        Self { line, options }
    }

    /// The same connection; the server calls the calls over it so, in its log, in the journal and in its answers. Otherwise it makes a name for
    /// each, which [`Failure::request_id`] tells.
    ///
    /// # Errors
    /// The name has characters that cannot be sent: expected 1 to 64 characters of ASCII.
    pub fn with_request_id(&self, id: &str) -> Result<Self, Error> {
        let is_printable = id.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        let is_named = (1..=64).contains(&id.len()) && is_printable;
        let header = HeaderValue::try_from(id).ok().filter(|_| is_named);
        let header = header.ok_or_else(|| {
            let message = format!(
                "`{}` cannot be the name of a call: expected 1 to 64 characters of ASCII",
                id.escape_debug()
            );
            Failure::plain("with_request_id", Code::InvalidArgument, message)
        })?;
        Ok(Self::over(self.line.clone().with_request_id(header), self.options.clone()))
    }

    /// The graphs of the server, by name.
    ///
    /// # Errors
    /// Those of the connection.
    pub async fn graphs(&self) -> Result<Vec<GraphInfo>, Error> {
        let mut service = self.graph_service();
        let listed = self.call("ListGraphs", service.list_graphs(ListGraphsRequest {})).await?;
        Ok(listed.graphs)
    }

    /// Waits for an answer, not longer than the options say.
    pub(crate) async fn call<T>(
        &self,
        call: &'static str,
        answer: impl Future<Output = Result<Response<T>, Status>>,
    ) -> Result<T, Error> {
        let answer = async { answer.await.map(Response::into_inner) };
        limited(call, self.options.call_timeout, answer).await
    }

    /// As `call`, for what goes through a whole graph.
    pub(crate) async fn long_call<T>(
        &self,
        call: &'static str,
        answer: impl Future<Output = Result<T, Status>>,
    ) -> Result<T, Error> {
        limited(call, self.options.init_timeout, answer).await
    }
}

async fn limited<T>(
    call: &'static str,
    limit: Option<Duration>,
    answer: impl Future<Output = Result<T, Status>>,
) -> Result<T, Error> {
    let answered = connection::within(limit, answer).await.map_err(|limit| {
        let message = format!("no answer within {limit:?}");
        Failure::plain(call, Code::DeadlineExceeded, message)
    })?;
    Ok(answered.map_err(|status| Failure::of(call, &status))?)
}
