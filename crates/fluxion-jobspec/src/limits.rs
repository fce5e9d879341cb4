//! What a text may cost. A jobspec beyond these bounds is refused before it takes time or memory.

/// Bytes of a text.
pub(crate) const MAX_TEXT: usize = 16 << 20;
/// Bytes of a text that is not strict JSON: the YAML scanner keeps some 100 bytes for each character of a
/// flow collection until it is closed.
pub(crate) const MAX_YAML: usize = 1 << 18;
/// Nested collections, aliases followed. JSON is read to the same depth less one.
pub(crate) const MAX_DEPTH: usize = 128;
/// Nodes, each counted as often as aliases repeat it.
pub(crate) const MAX_NODES: usize = 300_000;
/// Requested resources, each counted as often as aliases repeat it: a search compares those of a list with each
/// other.
pub(crate) const MAX_ELEMENTS: usize = 4096;
/// Bytes of all scalars, each counted as often as aliases repeat it.
pub(crate) const MAX_SCALARS: usize = 32 << 20;
/// Bytes of the host names in all constraints.
pub(crate) const MAX_HOST_NAMES: usize = 12 << 20;
/// Bytes that may be read again after repairs, in all.
pub(crate) const MAX_REREAD: usize = 1 << 20;
