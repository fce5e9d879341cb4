//! The connection and its three calls.

use std::future::Future;
use std::time::Duration;

use tonic::transport::{Channel, Endpoint};
use tonic::{Response, Status};

use crate::error::{Call, Error, root_cause};
use crate::proto::fluxion_service_client::FluxionServiceClient;
use crate::proto::{CancelRequest, InitRequest, MatchRequest};
use crate::{CancelResponse, InitResponse, MatchOperation, MatchResponse, Options};

/// A connection to one service. Clones share it, and may be used from many tasks at once; a connection that was
/// lost is opened again by the next call.
#[derive(Clone, Debug)]
pub struct FluxionClient {
    service: FluxionServiceClient<Channel>,
    options: Options,
}

/// Between two attempts to connect.
const PAUSE: Duration = Duration::from_millis(100);

/// Graphs are large: the default of 64 KiB would make their transfer wait for round trips.
const STREAM_WINDOW: u32 = 1 << 20;
const CONNECTION_WINDOW: u32 = 4 << 20;

impl FluxionClient {
    /// Connects to the service at `target`: `name:port`, or `http://name:port`. Tries until the limit of the
    /// options has passed, as the service may still be starting.
    ///
    /// # Errors
    /// [`Error::InvalidTarget`], [`Error::NotConnected`].
    pub async fn connect(target: &str, options: Options) -> Result<Self, Error> {
        let endpoint = endpoint(target)?;
        let mut reason = "the time was too short".to_owned();
        let attempts = connect_at_last(&endpoint, &mut reason);
        let connected = match options.connect_timeout {
            Some(limit) => tokio::time::timeout(limit, attempts).await.ok(),
            None => Some(attempts.await),
        };
        let Some(channel) = connected else {
            return Err(Error::NotConnected { target: target.to_owned(), reason });
        };
        // A large machine has allocations far larger than the 4 MiB that gRPC accepts by default.
        let service = FluxionServiceClient::new(channel)
            .max_encoding_message_size(usize::MAX)
            .max_decoding_message_size(usize::MAX);
        Ok(Self { service, options })
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
}

fn endpoint(target: &str) -> Result<Endpoint, Error> {
    let invalid = || Error::InvalidTarget { target: target.to_owned() };
    let authority = target.strip_prefix("http://").unwrap_or(target);
    let endpoint = Endpoint::from_shared(format!("http://{authority}")).map_err(|_| invalid())?;
    let uri = endpoint.uri();
    if uri.port().is_none() || uri.host().is_none_or(str::is_empty) || uri.path() != "/" {
        return Err(invalid());
    }
    Ok(endpoint
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW))
}

/// Tries until a connection stands; `reason` tells what the last attempt met with.
async fn connect_at_last(endpoint: &Endpoint, reason: &mut String) -> Channel {
    loop {
        match endpoint.connect().await {
            Ok(channel) => return channel,
            Err(error) => *reason = root_cause(&error),
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Waits for the answer to a call, not longer than the limit.
async fn limited<T>(
    call: Call,
    limit: Option<Duration>,
    answer: impl Future<Output = Result<Response<T>, Status>>,
) -> Result<T, Error> {
    let answered = match limit {
        Some(limit) => {
            tokio::time::timeout(limit, answer).await.map_err(|_| Error::timed_out(call, limit))?
        }
        None => answer.await,
    };
    answered.map(Response::into_inner).map_err(|status| Error::of(call, &status))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(target: &str, expected: Option<&str>) {
        let uri = endpoint(target).ok().map(|endpoint| endpoint.uri().to_string());
        assert_eq!(uri.as_deref(), expected, "{target:?}");
    }

    #[test]
    fn targets() {
        check("localhost:4242", Some("http://localhost:4242/"));
        check("http://10.0.0.7:80/", Some("http://10.0.0.7:80/"));
        check("[::1]:4242", Some("http://[::1]:4242/"));
        for target in
            ["", "localhost", ":4242", "https://a:1", "a:b", "a:1/path", "a b:1", "a:99999"]
        {
            check(target, None);
        }
    }
}
