//! The request language.
//!
//! Turns the text of a jobspec (YAML, or JSON as a subset of it) into a [`Jobspec`]: a tree of requested
//! resources, a duration, a constraint. Specification chapter 03. This crate must not know any graph: which
//! type names exist is asked of the caller.

mod constraint;
mod count;
mod jobspec;

pub use constraint::{Constraint, PropertyTest};
pub use count::{Count, Operator};
pub use jobspec::{Element, Exclusivity, Jobspec};
