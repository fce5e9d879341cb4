//! What a jobspec says, as data.

use crate::constraint::Constraint;
use crate::count::Count;

/// What an element says about exclusive use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Exclusivity {
    /// Nothing: inherited, and exclusive below a slot.
    #[default]
    Unspecified,
    /// `exclusive: true`.
    Exclusive,
    /// `exclusive: false`: a conflict where the vertex would be visited exclusively.
    Shared,
}

/// One requested resource with what is requested below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    /// The resource type, `slot` and `xor_slot` included.
    pub ty: String,
    /// How many units.
    pub count: Count,
    /// Whether for this job alone.
    pub exclusivity: Exclusivity,
    /// The label, if any; slots have one.
    pub label: Option<String>,
    /// What is requested below.
    pub with: Vec<Element>,
}

/// A parsed jobspec. Tasks are checked and dropped: matching does not use them.
#[derive(Clone, Debug, PartialEq)]
pub struct Jobspec {
    /// The requested resources; may be empty, which no match accepts.
    pub resources: Vec<Element>,
    /// Seconds as written: 0 means "until the graph ends", other checks are the engine's.
    pub duration: f64,
    /// The queue, if one is named.
    pub queue: Option<String>,
    /// What the nodes must satisfy.
    pub constraint: Option<Constraint>,
}
