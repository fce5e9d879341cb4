//! The request language.
//!
//! Turns the text of a jobspec (YAML, or JSON as a subset of it) into a [`Jobspec`]: a tree of requested
//! resources, a duration, a constraint. See `docs/semantics/jobspec.md`. This crate must not know any graph:
//! which type names exist is asked of the caller.
//!
//! | room | about |
//! |---|---|
//! | `jobspec`, `count`, `constraint` | what a jobspec says, as data |
//! | `notation` | from YAML or JSON to a tree of values with their positions |
//! | `parse` | from that tree to a jobspec, rule by rule |
//! | `error`, `limits` | why a text is refused, and what one may cost |

mod constraint;
mod count;
mod error;
mod jobspec;
mod limits;
mod notation;
mod parse;

pub use constraint::{Constraint, PropertyTest};
pub use count::{Count, Operator};
pub use error::{JobspecError, JobspecErrorKind, Position};
pub use jobspec::{Element, Exclusivity, Jobspec};
pub use parse::{faults, parse};
