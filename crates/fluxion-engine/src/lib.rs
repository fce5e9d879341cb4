//! Matching: which resources, and when; booking and cancelling them.
//!
//! An [`Engine`] holds a resource graph with its jobs. [`Engine::decide`] answers a request with a
//! [`Decision`], and [`Engine::decide_booking`] and its like say what would follow as a [`Change`], which is
//! plain data; [`Engine::apply`] alone changes anything. The engine is pure: no I/O, no clock, no thread, no
//! randomness; equal input gives equal output. It must not know any text format. See
//! `docs/semantics/README.md`.
//!
//! Each room imports only those above it:
//!
//! | room | about |
//! |---|---|
//! | `blocks` | tables that forks share |
//! | `operation`, `policy`, `decision`, `record`, `refusal`, `bitmap` | the ground: plain data |
//! | `site` | a graph in service: layout, classes, pruning filters; what is known before any job |
//! | `calendar` | windows: times during which vertices are kept from most jobs |
//! | `request` | a jobspec made ready for one graph |
//! | `state` | what is down and what is booked, and the figures that follow; tells an observer what changes |
//! | `index` | orders and figures that let a search skip what cannot win: an observer of the state |
//! | `search` | what one pass chooses |
//! | `selection` | from what was chosen to what is printed and booked |
//! | `passes` | one pass per variant of a request, as a decision |
//! | `reserve` | the earliest start of a request |
//! | `matching` | which passes a match makes, and in which order |
//! | `views` | what decisions by other policies than the graph's need |
//! | `engine` | a graph with its jobs |
//! | `explain` | why a request does not start now, and when it does |
//! | `change`, `find` | updates, partial release, growing, shrinking; the find language |
//! | `check`, `fingerprint` | proves that all of this agrees; compares states |
//! | `parts` | an engine as plain data, and back |

mod bitmap;
pub mod blocks;
mod calendar;
mod change;
mod check;
mod decision;
mod engine;
mod explain;
mod find;
mod fingerprint;
mod footprint;
mod index;
mod matching;
mod meter;
mod notes;
mod numbers;
mod operation;
mod parts;
mod passes;
mod policy;
mod record;
mod refusal;
mod request;
mod requested;
mod reserve;
mod search;
mod selection;
mod site;
mod state;
mod terms;
mod views;

pub use calendar::window::{
    Admission, Conflict, ConflictRules, Fate, OnConflict, Reach, Window, WindowKind, WindowOverlap,
    WindowTimes,
};
pub use change::action::{Action, Carried, Change, EdgeWeight, Weighing};
pub use change::apply::Inapplicable;
pub use change::partial::{PartialCancelError, Remainder, Share};
pub use change::shrink::{Losses, ShrinkError};
pub use change::timing::{BeginRefusal, NewEnd, Obstacle, RetimeRefusal};
pub use change::update::{Expansion, Placement, UpdateRefusal};
pub use change::window::{NoSuchWindow, WindowRefusal};
pub use decision::{Decision, Grant};
pub use engine::{Engine, EngineOptions, NoSuchJob, Released};
pub use explain::{
    BlockingJob, BlockingWindow, Bucket, Cause, ElementPath, ExplainOptions, Explanation,
    FunnelLevel, Hint, Hints, JobCosts, JobToGo, MOST_BLOCKERS, MOST_EXAMPLES, Necessity,
    Preemption, PreemptionOutcome, Proof, Reason, Shortage, Verdict, VertexUse, WhyNot,
};
pub use find::{Criteria, Found, InvalidCriteria};
pub use fluxion_graph::Inconsistency;
pub use footprint::footprint_of_job;
pub use meter::Visits;
pub use notes::{Note, Notes};
pub use numbers::MOST_CANCELLED;
pub use operation::{JobId, JobState, MatchOperation, UnknownOperation};
pub use parts::{EngineParts, ResumeError};
pub use policy::{Policy, Preference, UnknownPolicy};
pub use record::{Hold, JobRecord};
pub use refusal::{GRAPH_END, Refusal};
pub use request::slot_rule::{SlotRule, UnknownSlotRule};
pub use request::traverser::{Traverser, UnknownTraverser};
pub use requested::Requested;
pub use site::prune::{InvalidFilter, PruneFilters};
pub use site::{MOST_LEVELS, SetupError};
pub use terms::most_terms;
