//! What a check finds where two records of one fact disagree. Knows no record itself.

use std::fmt::Debug;

use crate::ids::VertexId;

/// Two records of one fact disagree: a defect of the program, never of its input.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{figure}{}: expected {expected}, found {found}", of_vertex(*.vertex))]
pub struct Inconsistency {
    /// The vertex concerned, if it is one.
    pub vertex: Option<VertexId>,
    /// Which record is wrong.
    pub figure: String,
    /// What follows from the facts.
    pub expected: String,
    /// What the record says.
    pub found: String,
}

fn of_vertex(vertex: Option<VertexId>) -> String {
    vertex.map_or_else(String::new, |v| format!(" of vertex {}", v.0))
}

impl Inconsistency {
    /// Nothing, if a record says what follows from the facts. Texts are made on disagreement only.
    ///
    /// # Errors
    /// The [`Inconsistency`].
    pub fn unless_same<T: PartialEq + Debug>(
        vertex: impl Into<Option<VertexId>>,
        figure: &str,
        expected: T,
        found: T,
    ) -> Result<(), Self> {
        if expected == found {
            return Ok(());
        }
        let (expected, found) = (format!("{expected:?}"), format!("{found:?}"));
        Err(Self { vertex: vertex.into(), figure: figure.to_owned(), expected, found })
    }
}
