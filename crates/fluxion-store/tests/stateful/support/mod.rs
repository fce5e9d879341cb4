//! The notation of graphs, shared with the tests of the engine.

#[path = "../../../../fluxion-engine/tests/support/graph.rs"]
#[allow(dead_code, reason = "only what a session needs of it")]
pub(crate) mod graph;
#[path = "../../../../fluxion-engine/tests/support/scanner.rs"]
#[allow(dead_code, reason = "only what a session needs of it")]
mod scanner;
