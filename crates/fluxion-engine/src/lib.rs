//! Matching: which resources, and when; booking and cancelling them.
//!
//! An [`Engine`] holds a resource graph with its jobs. [`Engine::decide`] answers a request with a
//! [`Decision`], which is plain data; [`Engine::book`] records it; [`Engine::cancel`] takes it back. The engine
//! is pure: no I/O, no clock, no thread, no randomness; equal input gives equal output. It must not know any
//! text format. Specification chapters 04 to 06.
//!
//! | room | about |
//! |---|---|
//! | `site` | a graph in service: layout, classes, pruning filters; what is known before any job |
//! | `state` | what is down and what is booked, and the figures that follow |
//! | `index` | orders and figures that let a search skip what cannot win |
//! | `request` | a jobspec made ready for one graph |
//! | `matching`, `search` | which passes a match makes, and what one pass chooses |
//! | `choice` | from what was chosen to what is printed and booked |
//! | `change` | updates, partial release, growing, shrinking |
//! | `find` | the find language |
//! | `check`, `fingerprint` | proves that all of this agrees; compares states |

mod change;
mod check;
mod choice;
mod engine;
mod find;
mod fingerprint;
mod index;
mod matching;
mod notes;
mod operation;
mod policy;
mod request;
mod search;
mod site;
mod state;

pub use change::partial::{PartialCancelError, Remainder, Share};
pub use change::shrink::ShrinkError;
pub use change::update::{Expansion, Placement, UpdateRefusal};
pub use choice::decision::{Decision, Grant};
pub use engine::{Engine, EngineOptions, JobRecord, MOST_LEVELS, NoSuchJob, Released, SetupError};
pub use find::{Criteria, Found, InvalidCriteria};
pub use fluxion_graph::Inconsistency;
pub use matching::{GRAPH_END, Refusal};
pub use notes::{Note, Notes};
pub use operation::{JobId, JobState, MatchOperation, UnknownOperation};
pub use policy::{Policy, Preference, UnknownPolicy};
pub use request::{Traverser, UnknownTraverser};
pub use search::Visits;
pub use site::prune::{InvalidFilter, PruneFilters};
