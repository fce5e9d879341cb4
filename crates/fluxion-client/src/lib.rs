//! A client of the published service: load a graph, match a jobspec, cancel the job; and in [`v1`] of the full one.
//!
//! Owns the connection, its limits, and the errors that a caller can tell apart. It must not know what a graph
//! or a jobspec says, nor how the service answers: it depends on the protocol alone.
//!
//! ```
//! use fluxion_client::{FluxionClient, MatchOperation, Options};
//!
//! # const GRAPH: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/cluster.json"));
//! # const JOBSPEC: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/jobspec.yaml"));
//! # async fn example(target: &str) -> Result<(), Box<dyn std::error::Error>> {
//! // The target is `name:port`, say `localhost:4242`.
//! let client = FluxionClient::connect(target, Options::default()).await?;
//! client.init(GRAPH, "lonode").await?;
//!
//! let matched = client.match_jobspec(JOBSPEC, MatchOperation::Allocate).await?;
//! assert_eq!((matched.jobid, matched.reserved, matched.at), (1, false, 0));
//! assert!(matched.allocation.contains("/tiny0/rack0/node0/socket0/core0"));
//!
//! client.cancel(matched.jobid).await?;
//! # Ok(())
//! # }
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/in_process/mod.rs"));
//! # fn main() { with_server(example) }
//! ```
//!
//! A failed call changes nothing, and its error says what to do about it:
//!
//! ```
//! use fluxion_client::{Error, FluxionClient, MatchOperation, Options};
//!
//! # const GRAPH: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/cluster.json"));
//! # const JOBSPEC: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/jobspec.yaml"));
//! # async fn example(target: &str) -> Result<(), Box<dyn std::error::Error>> {
//! # let client = FluxionClient::connect(target, Options::default()).await?;
//! # client.init(GRAPH, "lonode").await?;
//! // Fill the machine, as a scheduler does with its queue.
//! let refused = loop {
//!     match client.match_jobspec(JOBSPEC, MatchOperation::Allocate).await {
//!         Ok(matched) => println!("job {} starts now", matched.jobid),
//!         Err(error) => break error,
//!     }
//! };
//! assert!(matches!(refused, Error::NotPossibleNow(_)));
//!
//! // Nothing is free now: take the earliest moment when something is.
//! let later = client.match_jobspec(JOBSPEC, MatchOperation::AllocateOrElseReserve).await?;
//! assert!(later.reserved && later.at == 3600);
//!
//! let unknown = client.cancel(4711).await.unwrap_err();
//! assert_eq!(unknown.to_string(), "Cancel: nonexistent job 4711 (NotFound)");
//! # Ok(())
//! # }
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/in_process/mod.rs"));
//! # fn main() { with_server(example) }
//! ```

mod client;
mod connection;
mod credentials;
mod error;
mod line;
mod operation;
mod options;
mod outgoing;
mod proto;
mod target;
pub mod v1;

pub use client::FluxionClient;
pub use credentials::{ClearText, Credentials};
pub use error::{Call, Error, Failure};
pub use operation::MatchOperation;
pub use options::Options;
pub use proto::{
    CancelResponse, InitResponse, MatchResponse, cancel_response, init_response, match_response,
};
pub use tonic::Code;

#[cfg(doctest)]
#[doc = include_str!("../../../docs/recipes.md")]
struct Recipes;
