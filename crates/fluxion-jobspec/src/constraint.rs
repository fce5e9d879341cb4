//! RFC 31 constraints as data. Evaluation against a vertex belongs to the engine.

use fluxion_sets::Idset;
use fluxion_sets::hostlist::Hosts;

/// A test for the presence or absence of a property.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PropertyTest {
    /// The key.
    pub name: String,
    /// True where the operand was written `^name`: the property must be absent.
    pub negated: bool,
}

/// A constraint on `node` and `storage_node` vertices (`docs/semantics/jobspec.md`, Constraints).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Constraint {
    /// All tests hold; true if there is none.
    Properties(Vec<PropertyTest>),
    /// The vertex name is one of these; false if there is none.
    Hostlist(Hosts),
    /// The vertex rank is one of these; false if there is none.
    Ranks(Idset),
    /// All hold; true if there is none.
    And(Vec<Constraint>),
    /// Any holds; false if there is none.
    Or(Vec<Constraint>),
    /// Not all hold; false if there is none.
    Not(Vec<Constraint>),
}
