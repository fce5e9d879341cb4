//! The request language.
//!
//! Turns the text of a jobspec (YAML, or JSON as a subset of it) into a [`Jobspec`]: a tree of requested
//! resources, a duration, a constraint. Specification chapter 03. This crate must not know any graph: which
//! type names exist is asked of the caller.

mod attributes;
mod constraint;
mod constraints;
mod convert;
mod count;
mod counts;
mod error;
mod jobspec;
mod json;
mod limits;
mod node;
mod parse;
mod repair;
mod resources;
mod tasks;
mod yaml;

pub use constraint::{Constraint, PropertyTest};
pub use count::{Count, Operator};
pub use error::{JobspecError, JobspecErrorKind, Position};
pub use jobspec::{Element, Exclusivity, Jobspec};
pub use parse::parse;
