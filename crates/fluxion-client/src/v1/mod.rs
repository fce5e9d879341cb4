//! The full service, `fluxion.v1`: graphs by name, jobs, resources.
//!
//! [`Server`] is a connection, [`Graph`] one of its graphs; both are handles that are cheap to clone, and all share
//! one channel. The messages are those of `proto/fluxion/v1`, where they are documented.
//!
//! ```
//! use fluxion_client::v1::{MatchOperation, MatchRequest, NewGraph, Server};
//! use fluxion_client::{Code, Options};
//!
//! # const GRAPH: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/cluster.json"));
//! # const JOBSPEC: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/jobspec.yaml"));
//! # async fn example(target: &str) -> Result<(), Box<dyn std::error::Error>> {
//! // The target is `name:port`, say `localhost:4242`.
//! let server = Server::connect(target, Options::default()).await?;
//! let graph = server.create_graph(NewGraph::named("tiny").with_policy("lonode"), GRAPH.as_bytes()).await?;
//!
//! let request = MatchRequest::of(JOBSPEC).with_job_key("my-job");
//! assert_eq!(graph.match_jobspec(request).await?.job_id, 1);
//!
//! // After a restart of the client the job is found by its key.
//! assert_eq!(graph.job("my-job").await?.job_id, 1);
//! assert_eq!(graph.cancel("my-job").await?.job_id, 1);
//! assert_eq!(graph.cancel(1).await.unwrap_err().code(), Some(Code::NotFound));
//!
//! let whole = MatchRequest::of("version: 1\nresources: [{type: rack, count: 2}]\ntasks: []\nattributes: {system: {duration: 60}}")
//!     .with_operation(MatchOperation::Satisfiability);
//! println!("{}", graph.match_jobspec(whole).await.unwrap_err());
//! # Ok(())
//! # }
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/in_process/mod.rs"));
//! # fn main() { with_server(example) }
//! ```

mod calendar;
mod create;
mod error;
mod graphs;
mod insight;
mod jobs;
mod maintenance;
mod many;
mod requests;
mod resources;
mod server;
mod watch;

pub use calendar::SetWindow;
pub use create::{Existing, NewGraph, Progress};
pub use error::{Error, Failure};
pub use graphs::{Export, Graph};
pub use jobs::JobName;
pub use maintenance::{Backup, BackupStep, Piece};
pub use many::Matches;
pub use resources::{Reach, Vertices};
pub use server::Server;
pub use watch::{WatchFrom, Watched, Watching};

pub use crate::proto::v1::retime_request::NewEnd;
pub use crate::proto::v1::{
    BackupFrame, BackupGraph, BackupManifest, BackupSnapshot, Blocker, Bucket, CancelResponse,
    Cause, Clock, Cursor, DownVertex, DropWindowResponse, Durability, Event, EventKind, Expiry,
    ExplainRequest, ExplainResponse, ExportFormat, FindResponse, GetPropertiesResponse,
    GetStatsResponse, GetStatusResponse, GetTimeResponse, GetWindowResponse, Graph as GraphInfo,
    GraphFormat, GraphOptions, GraphState, GrowResponse, Grown, HeldUpBy, Hint, HistoryRange, Job,
    JobBegun, JobBooked, JobCanceled, JobEnded, JobReleased, JobRetimed, JobState, Level,
    MatchOperation, MatchOutcome, MatchRequest, MatchResponse, OnConflict, PartialCancelResponse,
    Proof, PropertySet, Recurrence, ResourceFormat, ResourceSet, RetimeResponse,
    SetPropertyResponse, SetStatusResponse, SetWindowResponse, Shortage, ShrinkJobs,
    ShrinkResponse, Shrunk, SlotRule, SnapshotGraphResponse, Status, StatusSet, Target,
    UpdateRequest, UpdateResponse, Verdict, VertexReason, VertexStatus, WhyNot, Window,
    WindowConflict, WindowEnded, WindowKind, WindowSet, WindowSpan, WindowTargets,
    event::Change as EventChange, hint::Change as HintChange, target::Target as TargetName,
    window::When as WindowWhen,
};
pub use tonic_types::{ErrorDetails, FieldViolation};
