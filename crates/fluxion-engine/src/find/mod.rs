//! The `find` language (chapter 06, section 12): predicates over vertices, evaluated strictly left to right.

mod criteria;
mod jobid;
mod run;

pub use criteria::{Criteria, InvalidCriteria};
pub use run::Found;
