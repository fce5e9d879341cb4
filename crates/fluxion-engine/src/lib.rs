//! Matching: which resources, and when; booking and cancelling them.
//!
//! An [`Engine`] holds a resource graph with its jobs. [`Engine::decide`] answers a request with a
//! [`Decision`], which is plain data; [`Engine::book`] records it; [`Engine::cancel`] takes it back. The engine
//! is pure: no I/O, no clock, no thread, no randomness; equal input gives equal output. It must not know any
//! text format. Specification chapters 04 to 06.

mod acceptance;
mod bitmap;
mod check;
mod claims;
mod classes;
mod decision;
mod demand;
mod emission;
mod engine;
mod find;
mod fingerprint;
mod front;
mod grow;
mod layout;
mod matching;
mod offers;
mod operation;
mod partial;
mod policy;
mod prune;
mod realise;
mod rebuild;
mod remaining;
mod request;
mod search;
mod shelf;
mod shrink;
mod site;
mod state;
mod update;
mod weights;

pub use decision::{Decision, Grant};
pub use engine::{Engine, EngineOptions, JobRecord, MOST_LEVELS, NoSuchJob, Released, SetupError};
pub use find::{Criteria, Found, InvalidCriteria};
pub use fluxion_graph::Inconsistency;
pub use matching::{GRAPH_END, Refusal};
pub use operation::{JobId, JobState, MatchOperation, UnknownOperation};
pub use partial::{PartialCancelError, Remainder, Share};
pub use policy::{Policy, Preference, UnknownPolicy};
pub use prune::{InvalidFilter, PruneFilters};
pub use request::{Traverser, UnknownTraverser};
pub use search::Visits;
pub use shrink::ShrinkError;
pub use update::{Expansion, Placement, UpdateRefusal};
