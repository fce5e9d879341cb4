//! The connection and its three calls.

use std::future::Future;
use std::time::Duration;

use tonic::transport::Channel;
use tonic::{Response, Status};

use crate::connection;
use crate::error::{Call, Error};
use crate::proto::fluxion_service_client::FluxionServiceClient;
use crate::proto::{CancelRequest, InitRequest, MatchRequest};
use crate::{CancelResponse, InitResponse, MatchOperation, MatchResponse, Options, v1};

/// A connection to one service. Clones share it, and may be used from many tasks at once; a connection that was
/// lost is opened again by the next call.
#[derive(Clone, Debug)]
pub struct FluxionClient {
    service: FluxionServiceClient<Channel>,
    channel: Channel,
    options: Options,
}

impl FluxionClient {
    /// Connects to the service at `target`: `name:port`, or `http://name:port`. Tries until the limit of the
    /// options has passed, as the service may still be starting.
    ///
    /// # Errors
    /// [`Error::InvalidTarget`], [`Error::NotConnected`].
    pub async fn connect(target: &str, options: Options) -> Result<Self, Error> {
        let channel = connection::open(target, options.connect_timeout, options.keepalive).await?;
        // A large machine has allocations far larger than the 4 MiB that gRPC accepts by default.
        let service = FluxionServiceClient::new(channel.clone())
            .max_encoding_message_size(usize::MAX)
            .max_decoding_message_size(usize::MAX);
        Ok(Self { service, channel, options })
    }

    /// Loads a graph in JSON Graph Format, with a match policy or, if that is empty, the default of the service.
    /// All jobs of the graph before it are forgotten.
    ///
    /// # Errors
    /// Those of the call; the graph before is then still there, unless it was [`Error::TimedOut`].
    pub async fn init(
        &self,
        jgf: impl Into<String>,
        policy: impl Into<String>,
    ) -> Result<InitResponse, Error> {
        let request = InitRequest { policy: policy.into(), jgf: jgf.into() };
        let mut service = self.service.clone();
        limited(Call::Init, self.options.init_timeout, service.init(request)).await
    }

    /// Finds resources for a jobspec in YAML or JSON and, if the operation says so, books them for a new job.
    ///
    /// # Errors
    /// [`Error::NotPossibleNow`] and [`Error::NeverPossible`] where the resources lack; those of the call.
    pub async fn match_jobspec(
        &self,
        jobspec: impl Into<String>,
        operation: MatchOperation,
    ) -> Result<MatchResponse, Error> {
        let request = MatchRequest {
            jobspec: jobspec.into(),
            request: operation.as_str().to_owned(),
            reservation: operation.reserves(),
        };
        let mut service = self.service.clone();
        limited(Call::Match, self.options.call_timeout, service.r#match(request)).await
    }

    /// Releases all that a job holds, or will hold.
    ///
    /// # Errors
    /// [`Error::UnknownJob`]; those of the call.
    pub async fn cancel(&self, job: i64) -> Result<CancelResponse, Error> {
        let request = CancelRequest { job_id: job };
        let mut service = self.service.clone();
        limited(Call::Cancel, self.options.call_timeout, service.cancel(request)).await
    }

    /// The full service, `fluxion.v1`, over the same connection. The graph of `init` is there under the name
    /// `default`.
    pub fn server(&self) -> v1::Server {
        v1::Server::over(self.channel.clone(), self.options.clone())
    }
}

/// Waits for the answer to a call, not longer than the limit.
async fn limited<T>(
    call: Call,
    limit: Option<Duration>,
    answer: impl Future<Output = Result<Response<T>, Status>>,
) -> Result<T, Error> {
    let answered = connection::within(limit, answer).await;
    let answered = answered.map_err(|limit| Error::timed_out(call, limit))?;
    answered.map(Response::into_inner).map_err(|status| Error::of(call, &status))
}
