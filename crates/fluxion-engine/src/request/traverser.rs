//! How a request is laid over a graph.

/// How a request is laid over the graph (`docs/semantics/matching.md`, Laying a request over the tree and The
/// flexible traverser).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Traverser {
    /// One slot per list.
    #[default]
    Simple,
    /// Sibling slots are alternatives; `xor_slot` is expanded.
    Flexible,
}

/// The text names no traverser.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown traverser `{0}`: expected simple or flexible")]
pub struct UnknownTraverser(pub String);

impl std::str::FromStr for Traverser {
    type Err = UnknownTraverser;

    fn from_str(text: &str) -> Result<Self, UnknownTraverser> {
        match text {
            "simple" => Ok(Self::Simple),
            "flexible" => Ok(Self::Flexible),
            _ => Err(UnknownTraverser(text.to_owned())),
        }
    }
}
