//! By which request a graph was created, so that who repeats it gets the first answer, and no graph is replaced twice.

use fluxion_context::Options;

use crate::request_keys::RequestId;

/// The request by which a graph was created, if it may be repeated, with what the answer told. The answer itself is made by
/// whoever gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreatedBy {
    /// The request.
    pub request: RequestId,
    /// How the graph was loaded.
    pub options: Options,
    /// How many vertices it had.
    pub vertices: u64,
    /// How many edges.
    pub edges: u64,
}
