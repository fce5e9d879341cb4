//! One scheduling context: a loaded graph with its jobs. Text in, text out.
//!
//! This is the library that the command line, the gRPC service and other front ends share. It chooses
//! readers and writers by name, numbers the jobs, and makes each call all or nothing. It must not know
//! sockets, terminals, files or the clock: time is an argument.

mod check;
mod context;
mod convert;
mod decided;
mod elastic;
mod errors;
mod explain;
mod find;
mod holdings;
mod jobs;
mod load;
mod matching;
mod options;
mod parts;
mod printing;
mod properties;
mod recent_jobspecs;
mod status;
mod subsystems;
mod text_kind;
mod timing;
mod units;
mod update;
mod update_time;
mod windows;

pub use check::{CheckedGraph, Oddity, check_graph, check_jobspec};
pub use context::{Context, Loaded};
pub use convert::{Conversion, ConvertError, ConvertFormat, Loss};
pub use decided::Decided;
pub use elastic::{AttachError, AttachErrorKind, HeldResources, Removal, RemoveError};
pub use errors::{
    CancelError, ExplainError, FindError, Level, LoadError, MatchError, MatchErrorKind, MatchFault,
    NotBooked, OptionName, PartialCancelFailure, RefusedVertex, RetimeError, StatusError,
    UpdateError, UpdateErrorKind,
};
pub use explain::{
    ExplainWanted, ExplainedBlocker, ExplainedBucket, ExplainedHint, ExplainedLevel,
    ExplainedShortage, ExplainedVertex, ExplainedWhy,
};
pub use fluxion_budget::{Account, Budget, Exhausted, Stop, Stopped};
pub use fluxion_engine::{
    Action, Admission, BeginRefusal, BlockingWindow, Carried, Cause, Change, Conflict,
    ConflictRules, EdgeWeight, EngineParts, Fate, GRAPH_END, Grant, Hints, Hold, Inapplicable,
    Inconsistency, InvalidCriteria, InvalidFilter, JobCosts, JobId, JobRecord, JobState, JobToGo,
    Losses, MOST_CANCELLED, MOST_EXAMPLES, MatchOperation, Necessity, NewEnd, NoSuchJob,
    NoSuchWindow, Note, Notes, Obstacle, OnConflict, Policy, Preemption, PreemptionOutcome, Proof,
    Reach, Reason, Refusal, Remainder, ResumeError, SetupError, ShrinkError, SlotRule,
    UnknownOperation, UnknownPolicy, UnknownSlotRule, UnknownTraverser, UpdateRefusal, Verdict,
    VertexUse, Visits, Weighing, Window, WindowKind, WindowOverlap, WindowRefusal, WindowTimes,
    footprint_of_job,
};
pub use fluxion_formats::read::Position;
pub use fluxion_formats::read::grug::{GrugError, GrugErrorKind};
pub use fluxion_formats::read::hwloc::{HwlocError, HwlocErrorKind, WalkFault};
pub use fluxion_formats::read::jgf::{JgfError, JgfErrorKind, JgfWarning};
pub use fluxion_formats::read::rv1::Rv1Error;
pub use fluxion_formats::write::WriteError;
pub use fluxion_graph::{
    AddedEdge, AddedPath, AddedVertex, Addition, Edge, EdgeId, GraphParts, InvalidParts,
    LONGEST_NAME, LONGEST_PATH, LONGEST_VALUE, PathId, PathPart, Role, Status, StemId, SubsystemId,
    Symbol, TimeWindow, TypeId, Vertex, VertexId,
};
pub use fluxion_jobspec::{JobspecError, JobspecErrorKind};
pub use holdings::HoldingsError;
pub use jobs::{CancelCounts, Job};
pub use matching::{IfRefused, Matched, Outcome, Wanted};
pub use options::{
    Clock, Expiry, GraphFormat, LoadFormat, MatchFormat, Options, ReleaseFormat, UnknownName,
    UpdateFormat,
};
pub use parts::ResumeFault;
pub use status::{DownVertices, Extent, StatusTarget};
pub use subsystems::UnknownSubsystems;
pub use text_kind::TextKind;
pub use units::UnitCounts;
pub use update_time::UpdateTime;
pub use windows::{NamedConflict, WindowError, WindowTargets};

#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
