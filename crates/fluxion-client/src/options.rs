//! How long a client waits, and how it shows who it is.

use std::time::Duration;

use crate::credentials::Credentials;

/// The limits of a client, each of which passes for none if it is `None`, and its credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// How long [`FluxionClient::connect`](crate::FluxionClient::connect) tries; 10 seconds by default.
    pub connect_timeout: Option<Duration>,
    /// How long an Init may take; 10 minutes by default, as graphs are large.
    pub init_timeout: Option<Duration>,
    /// How long any other call may take; 30 seconds by default.
    pub call_timeout: Option<Duration>,
    /// Whom it trusts, and how it shows who it is; nothing by default.
    pub credentials: Credentials,
    /// After what silence a server that owes an answer is asked whether it is there; 30 seconds by default. Calls fail if it does not
    /// say so within 20.
    pub keepalive: Option<Duration>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            connect_timeout: Some(Duration::from_secs(10)),
            init_timeout: Some(Duration::from_secs(600)),
            call_timeout: Some(Duration::from_secs(30)),
            credentials: Credentials::default(),
            keepalive: Some(Duration::from_secs(30)),
        }
    }
}
