//! What is meant unless the command line says otherwise.

/// Where the server listens.
pub(super) const DEFAULT_SERVER: &str = "127.0.0.1:4242";

/// The variable that says where it listens.
pub(super) const SERVER_VARIABLE: &str = "FLUXION_ADDRESS";

/// Which graph.
pub(super) const DEFAULT_GRAPH: &str = "default";
