//! What one vertex (resource pool) is.

use crate::ids::{PathId, StemId, Symbol, TypeId};

/// Whether a vertex may be used. A vertex has its own status only; what a down ancestor means is computed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Status {
    /// The vertex may be allocated.
    #[default]
    Up,
    /// Nothing at or below the vertex may be allocated.
    Down,
}

impl Status {
    /// The word that the command line uses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
        }
    }
}

/// One pool, with its strings interned. Properties and paths beyond the first lie beside the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vertex {
    /// Logical id; −1 conventionally means "no id".
    pub id: i64,
    /// Identity in emitted JGF and tie-breaker of the out-edge priority.
    pub uniq_id: i64,
    /// Display and host name.
    pub name: Symbol,
    /// Stem of the name, and label of the unit ([`Graph::basename`](crate::Graph::basename), [`Graph::unit`](crate::Graph::unit)).
    pub stem: StemId,
    /// The path in `containment`, if the vertex takes part in it.
    pub path: Option<PathId>,
    /// Execution target (broker rank); −1 if none.
    pub rank: i32,
    /// Number of units.
    pub size: u32,
    /// Resource type.
    pub ty: TypeId,
    /// The vertex's own status when it was loaded; what it is now, the engine knows.
    pub status: Status,
}

/// What a reader says about a vertex to be created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VertexSpec<'a> {
    /// Resource type, any text.
    pub ty: &'a str,
    /// Stem of the name; the type if absent.
    pub basename: Option<&'a str>,
    /// Name; basename followed by the id if absent.
    pub name: Option<&'a str>,
    /// Label of the unit.
    pub unit: &'a str,
    /// Logical id.
    pub id: i64,
    /// Identity in emitted JGF.
    pub uniq_id: i64,
    /// Execution target or −1.
    pub rank: i32,
    /// Number of units.
    pub size: u32,
    /// Up or down.
    pub status: Status,
}

impl<'a> VertexSpec<'a> {
    /// A vertex of one unit, without a rank, named after its type and id.
    pub const fn new(ty: &'a str, id: i64, uniq_id: i64) -> Self {
        Self {
            ty,
            basename: None,
            name: None,
            unit: "",
            id,
            uniq_id,
            rank: -1,
            size: 1,
            status: Status::Up,
        }
    }
}
