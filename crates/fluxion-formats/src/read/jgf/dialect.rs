//! Which version of JSON Graph Format a document is written in.

/// The version of a document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Dialect {
    /// `nodes` is a list.
    #[default]
    V1,
    /// `nodes` is an object.
    V2,
}
