//! How much a find or a constraint may ask of each vertex.

/// The most tests of vertices in one of them.
const MOST_TESTS: usize = 1 << 26;

/// How many terms may be tried on each of so many vertices; a few on any graph.
pub fn most_terms(vertices: usize) -> usize {
    (MOST_TESTS / vertices.max(1)).max(16)
}
