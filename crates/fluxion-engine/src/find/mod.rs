//! The `find` language (`docs/semantics/find.md`): predicates over vertices, evaluated strictly left to
//! right.

mod criteria;
mod jobid;
mod run;
mod sources;

pub use criteria::{Criteria, InvalidCriteria};
pub use run::Found;
